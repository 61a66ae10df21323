/**
 * Cursors of lists. A cursor holds the sort values of the last row of a page, never the row itself: the list continues after these values,
 * whatever happens to that row, so a row that does not change is shown once.
 */

import { createHash } from 'node:crypto';
import { Refusal } from './refusal.ts';

type ValueOfKind = { text: string; uuid: string; time: Date; integer: number; bigint: bigint; boolean: boolean };
type Kind = keyof ValueOfKind;
type Sort = Readonly<Record<string, Kind>>;
export type SortValues<S extends Sort> = { [name in keyof S]: ValueOfKind[S[name]] };
/** The filters of a request; undefined ones are no filters. */
type Filters = Readonly<Record<string, unknown>>;

export type Cursors<S extends Sort> = {
  /**
   * The sort values after which the list continues; undefined at its beginning. A cursor is input of the caller, so all is checked.
   * @throws Refusal VALIDATION_FAILED naming `cursor`, if it is not one, or belongs to another list, sort or filters
   */
  after(cursor: string | undefined, filters?: Filters): SortValues<S> | undefined;
  encode(values: SortValues<S>, filters?: Filters): string;
  /**
   * The page of the first `limit` rows.
   * @param rows one more than `limit` if there is a next page
   */
  pageOf<Row>(
    rows: readonly Row[],
    page: { limit: number; filters?: Filters; sortOf: (row: Row) => SortValues<S> },
  ): { data: Row[]; nextCursor: string | null };
};

/** @param list its name, with that of the service: a cursor of another list is refused. @param sort in the sequence of the sort */
export function createCursors<const S extends Sort>({ list, sort }: { list: string; sort: S }): Cursors<S> {
  const kinds = Object.entries(sort);
  const listTag = tagOf([list, kinds]);
  return { after, encode, pageOf };

  function after(cursor: string | undefined, filters: Filters = {}): SortValues<S> | undefined {
    if (cursor === undefined) return undefined;
    const [list, filtersTag, ...texts] = partsIn(cursor);
    const values = kinds.map(([, kind], at) => read[kind](texts[at] ?? ''));
    if (list !== listTag || texts.length !== kinds.length || values.includes(undefined)) {
      throw invalid('must be the nextCursor of an earlier page of this list; leave it out to start from the beginning');
    }
    if (filtersTag !== tagOf(entriesOf(filters))) {
      throw invalid('belongs to other filters; send it with the filters of its page, or leave it out to start again');
    }
    return Object.fromEntries(kinds.map(([name], at) => [name, values[at]])) as SortValues<S>;
  }

  function encode(values: SortValues<S>, filters: Filters = {}): string {
    const texts = kinds.map(([name]) => textOf(values[name]!));
    return Buffer.from(JSON.stringify([listTag, tagOf(entriesOf(filters)), ...texts])).toString('base64url');
  }

  function pageOf<Row>(
    rows: readonly Row[],
    { limit, filters, sortOf }: { limit: number; filters?: Filters; sortOf: (row: Row) => SortValues<S> },
  ) {
    const data = rows.slice(0, limit);
    const last = data.at(-1);
    return { data, nextCursor: rows.length > limit && last !== undefined ? encode(sortOf(last), filters) : null };
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The value of a text of a cursor; undefined if no list can have encoded it. */
const read: { [kind in Kind]: (text: string) => ValueOfKind[kind] | undefined } = {
  text: (text) => (text.isWellFormed() && !text.includes('\0') ? text : undefined),
  uuid: (text) => (uuid.test(text) ? text : undefined),
  time(text) {
    const time = new Date(text);
    return !Number.isNaN(time.getTime()) && time.toISOString() === text ? time : undefined;
  },
  // What an INTEGER or a BIGINT of PostgreSQL can hold.
  integer: (text) => (/^-?\d{1,10}$/.test(text) && (Number(text) | 0) === Number(text) ? Number(text) : undefined),
  bigint: (text) => (/^-?\d{1,18}$/.test(text) ? BigInt(text) : undefined),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

function textOf(value: ValueOfKind[Kind]): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

function partsIn(cursor: string): string[] {
  const parts = parse(cursor);
  return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : [];
}

function parse(cursor: string): unknown {
  if (!/^[\w-]+$/.test(cursor)) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** In one sequence, whatever the sequence in the request. */
function entriesOf(filters: Filters): [string, unknown][] {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return given.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function tagOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 8);
}

function invalid(message: string): Refusal {
  return new Refusal('VALIDATION_FAILED', `The request is invalid: cursor ${message}.`, {
    errors: [{ field: 'cursor', message }],
  });
}
