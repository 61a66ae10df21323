/** Cursors of lists: opaque text for the caller, the sort key of the last row for us. */

import { Refusal } from './refusal.ts';

export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * The `count` parts that went into `encodeCursor`. A cursor is the caller's input: check the parts as such.
 *
 * @throws Refusal VALIDATION_FAILED naming `cursor` when it was not made by `encodeCursor` with as many parts
 */
export function decodeCursor(cursor: string, count: number): string[] {
  const parts = parse(cursor);
  if (Array.isArray(parts) && parts.length === count && parts.every((part) => typeof part === 'string')) return parts;
  throw new Refusal('VALIDATION_FAILED', `The cursor ${JSON.stringify(cursor)} is not one that a list gave out.`, {
    errors: [
      {
        field: 'cursor',
        message: 'must be the nextCursor of an earlier page of this list; leave it out to start anew',
      },
    ],
  });
}

function parse(cursor: string): unknown {
  if (!/^[\w-]+$/.test(cursor)) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
