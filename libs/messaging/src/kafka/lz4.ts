// Unpacks LZ4 frames, and never more than a given number of bytes.
//
// Our own because no package for it stands broken bytes: lz4js does not end, and the WebAssembly of others is unusable after the first one.
// https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md. Checksums of the frame are not read: the record
// batch around it has one.

const magic = 0x184d2204;
const blockSizes: Record<number, number> = { 4: 64 << 10, 5: 256 << 10, 6: 1 << 20, 7: 4 << 20 };
const isStored = 0x80000000;
/** How far back a match may refer. */
const historyBytes = 64 << 10;

/** @throws Error for bytes that are no LZ4 frame, RangeError when they unpack to more than `bytesMax` */
export function unpackLz4(frame: Buffer, bytesMax: number): Buffer {
  if (frame.length < 7 || frame.readUInt32LE(0) !== magic) throw new Error('The bytes are not an LZ4 frame.');
  const flags = frame[4]!;
  const blockMax = blockSizes[(frame[5]! >> 4) & 7];
  if (flags >> 6 !== 1 || blockMax === undefined || flags & 1) throw new Error('The LZ4 frame is of an unknown kind.');
  const hasBlockChecksums = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const blocksAreLinked = (flags & 0x20) === 0;
  const blocks: Buffer[] = [];
  let total = 0;
  let history: Buffer = Buffer.alloc(0);
  for (let at = hasContentSize ? 15 : 7; ;) {
    if (at + 4 > frame.length) throw new Error('The LZ4 frame is cut off.');
    const header = frame.readUInt32LE(at);
    at += 4;
    if (header === 0) return Buffer.concat(blocks, total);
    const size = header & ~isStored;
    if (at + size > frame.length) throw new Error('The LZ4 frame is cut off.');
    const packed = frame.subarray(at, at + size);
    at += size + (hasBlockChecksums ? 4 : 0);
    const block = header & isStored ? packed : unpackBlock(packed, history, blockMax);
    total += block.length;
    if (total > bytesMax) throw new RangeError(`The LZ4 frame unpacks to more than ${bytesMax} bytes.`);
    blocks.push(block);
    if (blocksAreLinked) history = Buffer.concat([history, block]).subarray(-historyBytes);
  }
}

/** One block: sequences of literal bytes, each followed by a match that copies earlier output. */
function unpackBlock(packed: Buffer, history: Buffer, sizeMax: number): Buffer {
  const output = Buffer.allocUnsafe(history.length + sizeMax);
  history.copy(output);
  let to = history.length;
  let from = 0;

  while (from < packed.length) {
    const token = packed[from++]!;
    const literals = lengthOf(token >> 4);
    if (from + literals > packed.length || to + literals > output.length) throw broken();
    packed.copy(output, to, from, from + literals);
    from += literals;
    to += literals;
    // The last sequence has no match.
    if (from === packed.length) break;
    if (from + 2 > packed.length) throw broken();
    const distance = packed.readUInt16LE(from);
    from += 2;
    const length = lengthOf(token & 15) + 4;
    if (distance === 0 || distance > to || to + length > output.length) throw broken();
    if (distance >= length) output.copyWithin(to, to - distance, to - distance + length);
    // The match overlaps what it writes: it repeats itself.
    else for (let at = to; at < to + length; at++) output[at] = output[at - distance]!;
    to += length;
  }
  return output.subarray(history.length, to);

  /** Lengths from 15 on continue in further bytes. */
  function lengthOf(first: number): number {
    if (first < 15) return first;
    let length = first;
    for (let next = 255; next === 255;) {
      if (from >= packed.length) throw broken();
      next = packed[from++]!;
      length += next;
    }
    return length;
  }
}

function broken(): Error {
  return new Error('An LZ4 block is broken.');
}
