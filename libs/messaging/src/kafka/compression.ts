// Unpacks the records of a batch: all codecs of Kafka, none to more than a given number of bytes.

import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { uncompress as unpackSnappyBlock } from 'snappyjs';
import { unpackLz4 } from './lz4.ts';

const unzip = promisify(gunzip);
const unpackZstd = promisify(zstdDecompress);

/** By the number that a batch's attributes give. */
export const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** @throws Error that says what is wrong: an unknown codec, broken bytes, or more than `bytesMax` bytes */
export async function unpack(codec: number, bytes: Buffer, bytesMax: number): Promise<Buffer> {
  switch (codecNames[codec]) {
    case 'none':
      return bytes;
    case 'gzip':
      return unzip(bytes, { maxOutputLength: bytesMax });
    case 'zstd':
      return unpackZstd(bytes, { maxOutputLength: bytesMax });
    case 'snappy':
      return unpackSnappy(bytes, bytesMax);
    case 'lz4':
      return unpackLz4(bytes, bytesMax);
    default:
      throw new Error(`Codec ${codec} is unknown. This version reads ${codecNames.join(', ')}.`);
  }
}

// Java's clients pack blocks of 32 KiB, each after its size, behind this magic and two version numbers; others send one plain block.
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const xerialHeaderBytes = 16;

function unpackSnappy(bytes: Buffer, bytesMax: number): Buffer {
  if (!bytes.subarray(0, 8).equals(xerialMagic)) return Buffer.from(unpackSnappyBlock(bytes, bytesMax));
  const blocks: Buffer[] = [];
  let left = bytesMax;
  for (let at = xerialHeaderBytes; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    if (at + 4 + size > bytes.length) throw new Error('The Snappy blocks are cut off.');
    const block = Buffer.from(unpackSnappyBlock(bytes.subarray(at + 4, at + 4 + size), left));
    blocks.push(block);
    left -= block.length;
    at += 4 + size;
  }
  return Buffer.concat(blocks);
}
