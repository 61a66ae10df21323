// The types of snappyjs, which has none of its own.

declare module 'snappyjs' {
  /** One plain Snappy block. Throws when it is broken, or unpacks to more than `bytesMax` bytes. */
  export function uncompress(bytes: Uint8Array, bytesMax: number): Uint8Array;
  export function compress(bytes: Uint8Array): Uint8Array;
}
