/** The filters and cursors of lists: text from the caller, checked before it reaches the database. */

import { decodeCursor, encodeCursor, Refusal } from '@oms/service-kit';
import type { OrderListQuery } from './schemas.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A page of `limit` rows out of at most one more, and the cursor of the next page if there is one. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => string[]) {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null };
}

/** Where a list of orders goes on: after the order that was placed then and has this id. */
export function afterOrder(cursor: string | undefined): { createdAt: Date; id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [createdAt = '', id = ''] = decodeCursor(cursor, 2);
  if (!uuid.test(id)) throw invalid('cursor', 'must be the nextCursor of an earlier page of this list');
  return { createdAt: momentOf(createdAt, 'cursor'), id };
}

/** Where a history goes on: after this version. */
export function afterVersion(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [version = ''] = decodeCursor(cursor, 1);
  if (/^\d{1,9}$/.test(version)) return Number(version);
  throw invalid('cursor', 'must be the nextCursor of an earlier page of this list');
}

export function createdBetween({ createdFrom, createdTo }: OrderListQuery): { createdFrom?: Date; createdTo?: Date } {
  return {
    ...(createdFrom !== undefined && { createdFrom: momentOf(createdFrom, 'createdFrom') }),
    ...(createdTo !== undefined && { createdTo: momentOf(createdTo, 'createdTo') }),
  };
}

/** RFC 3339 allows moments that JavaScript (leap seconds) or PostgreSQL (the year 0) cannot hold. */
function momentOf(text: string, field: string): Date {
  const moment = new Date(text);
  const year = moment.getUTCFullYear();
  if (year >= 1 && year <= 9_999) return moment;
  throw invalid(field, 'must be a moment between the years 1 and 9999, without leap seconds');
}

function invalid(field: string, message: string): Refusal {
  return new Refusal('VALIDATION_FAILED', `The query is not as it should be: ${field} ${message}.`, {
    errors: [{ field, message }],
  });
}
