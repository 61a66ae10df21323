/** Filters and cursors of lists, parsed from the query and checked before they reach the database. */

import { decodeCursor, encodeCursor, parseWindow, Refusal, type Window } from '@oms/service-kit';
import type { OrderListQuery } from './schemas.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The first `limit` of `rows`, which has one more if there is a next page, and the cursor of that page. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => string[]) {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null };
}

/** The sort values after which a list of orders continues. */
export function afterOrder(cursor: string | undefined): { createdAt: Date; id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [createdAt = '', id = ''] = decodeCursor(cursor, 2);
  if (!uuid.test(id)) throw invalid('cursor', 'must be the nextCursor of an earlier page of this list');
  return { createdAt: parseTime(createdAt, 'cursor'), id };
}

/** The version after which a history continues. */
export function afterVersion(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [version = ''] = decodeCursor(cursor, 1);
  if (/^\d{1,9}$/.test(version)) return Number(version);
  throw invalid('cursor', 'must be the nextCursor of an earlier page of this list');
}

export function createdBetween({ createdFrom, createdTo }: OrderListQuery): Window {
  return parseWindow({ from: createdFrom, to: createdTo }, { from: 'createdFrom', to: 'createdTo' });
}

/** RFC 3339 allows times that JavaScript (leap seconds) or PostgreSQL (the year 0) cannot hold. */
function parseTime(text: string, field: string): Date {
  const time = new Date(text);
  const year = time.getUTCFullYear();
  if (year >= 1 && year <= 9_999) return time;
  throw invalid(field, 'must be a time between the years 1 and 9999, without leap seconds');
}

function invalid(field: string, message: string): Refusal {
  return new Refusal('VALIDATION_FAILED', `The query is not valid: ${field} ${message}.`, {
    errors: [{ field, message }],
  });
}
