/** Cursors of lists: opaque text for the caller; inside, the sort values of the last row. */

import { Refusal } from './refusal.ts';

export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * The `count` parts that were given to `encodeCursor`. A cursor is input of the caller: validate the parts.
 *
 * @throws Refusal VALIDATION_FAILED naming `cursor` when it was not made by `encodeCursor` from as many parts
 */
export function decodeCursor(cursor: string, count: number): string[] {
  const parts = parse(cursor);
  if (Array.isArray(parts) && parts.length === count && parts.every((part) => typeof part === 'string')) return parts;
  throw new Refusal('VALIDATION_FAILED', `The cursor ${JSON.stringify(cursor)} was not issued by this list.`, {
    errors: [
      {
        field: 'cursor',
        message: 'must be the nextCursor of an earlier page of this list; leave it out to start from the beginning',
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
