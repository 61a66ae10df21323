// The hash with which Kafka clients choose the partition of a key: all clients put a key into the same partition.

/** From 0 to partitions - 1, as in Kafka's Java client: murmur2 of the bytes, the sign bit cleared, modulo the number of partitions. */
export function partitionOf(key: Buffer | string, partitions: number): number {
  return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitions;
}

function murmur2(bytes: Buffer): number {
  const m = 0x5bd1e995;
  const whole = bytes.length & ~3;
  let h = 0x9747b28c ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(bytes.readInt32LE(at), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }
  const rest = bytes.length - whole;
  if (rest >= 3) h ^= bytes[whole + 2]! << 16;
  if (rest >= 2) h ^= bytes[whole + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ bytes[whole]!, m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}
