// A cursor continues a list after the sort values of its last row, and is refused where it does not belong.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { createCursors, Refusal } from '../src/index.ts';

const sort = {
  low: 'boolean',
  itemName: 'text',
  at: 'time',
  version: 'integer',
  offset: 'bigint',
  id: 'uuid',
} as const;
const cursors = createCursors({ list: 'dishes', sort });
const values = fc.record({
  low: fc.boolean(),
  itemName: fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
  at: fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }),
  version: fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1)),
  offset: fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
  id: fc.uuid(),
});
const filters = fc.record({ q: fc.string(), status: fc.constantFrom('A', 'B') }, { requiredKeys: [] });

const refusal = (message: RegExp) =>
  expect.objectContaining({
    name: Refusal.name,
    code: 'VALIDATION_FAILED',
    extras: { errors: [{ field: 'cursor', message: expect.stringMatching(message) }] },
  });
const ofThisList = /^must be the nextCursor of an earlier page of this list/;

describe('a cursor', () => {
  test('gives back the sort values of the last row, and needs no escape in an address', () => {
    fc.assert(
      fc.property(values, filters, (last, filter) => {
        const cursor = cursors.encode(last, filter);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(cursors.after(cursor, filter)).toEqual(last);
      }),
    );
  });

  test('is refused with other filters, and the sequence of the filters does not matter', () => {
    fc.assert(
      fc.property(values, filters, filters, (last, filter, other) => {
        const cursor = cursors.encode(last, filter);
        const again = Object.fromEntries(Object.entries({ ...filter, none: undefined }).toReversed());
        expect(cursors.after(cursor, again)).toEqual(last);
        fc.pre(filter.q !== other.q || filter.status !== other.status);
        expect(() => cursors.after(cursor, other)).toThrow(refusal(/^belongs to other filters/));
      }),
    );
  });

  test('of another list or of another sort is refused', () => {
    const last = { at: new Date(0) };
    const orders = createCursors({ list: 'orders', sort: { at: 'time' } });
    const others = [
      createCursors({ list: 'changes', sort: { at: 'time' } }).encode(last),
      createCursors({ list: 'orders', sort: { placedAt: 'time' } }).encode({ placedAt: last.at }),
    ];
    expect(orders.after(orders.encode(last))).toEqual(last);
    for (const cursor of others) expect(() => orders.after(cursor)).toThrow(refusal(ofThisList));
  });

  const ours = cursors.encode({
    low: true,
    itemName: 'Soup',
    at: new Date(0),
    version: 1,
    offset: 2n,
    id: '6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11',
  });
  const parts = JSON.parse(Buffer.from(ours, 'base64url').toString()) as string[];
  const changed = (at: number, text: unknown) =>
    Buffer.from(JSON.stringify(parts.with(at, text as string))).toString('base64url');

  test.each([
    ['empty', ''],
    ['not base64url', 'a+b/c='],
    ['not JSON inside', Buffer.from('{').toString('base64url')],
    ['not a list inside', Buffer.from('{"0":"a","1":"b","length":2}').toString('base64url')],
    ['cut off', ours.slice(0, 40)],
    ['with a value too many', Buffer.from(JSON.stringify([...parts, 'a'])).toString('base64url')],
    ['with a number in it', changed(3, 1)],
    ['with a boolean that is none', changed(2, '1')],
    ['with NUL in a text', changed(3, 'a\0')],
    ['with half a character in a text', changed(3, '\ud83c')],
    ['with a time that is none', changed(4, 'now')],
    ['with a leap second', changed(4, '2016-12-31T23:59:60.000Z')],
    ['with a number above an INTEGER', changed(5, '2147483648')],
    ['with digits that are none', changed(6, '0x10')],
    ['with an id that is none', changed(7, "1'; DROP TABLE orders")],
  ])('that is %s is refused, and named as the field', (_what, cursor) => {
    expect(() => cursors.after(cursor)).toThrow(refusal(ofThisList));
  });
});

test('pages of rows that change meanwhile show each row that does not change once', () => {
  type Row = { id: string; low: boolean; name: string };
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const bySort = (a: Row, b: Row) => Number(a.low) - Number(b.low) || byText(a.name, b.name) || byText(a.id, b.id);
  const list = createCursors({ list: 'rows', sort: { low: 'boolean', name: 'text', id: 'uuid' } });
  const row = fc.record({ id: fc.uuid(), low: fc.boolean(), name: fc.constantFrom('a', 'b', 'c', 'd') });
  const change = fc.record({ index: fc.nat(), low: fc.boolean(), name: fc.constantFrom('a', 'b', 'c', 'd') });

  fc.assert(
    fc.property(
      fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 30 }),
      fc.array(fc.array(change, { maxLength: 4 }), { minLength: 30, maxLength: 30 }),
      fc.integer({ min: 1, max: 6 }),
      (rows, changesByPage, limit) => {
        const changedIds = new Set<string>();
        const seen: string[] = [];
        let cursor: string | null | undefined;
        for (const changes of changesByPage) {
          const after = list.after(cursor ?? undefined);
          const found = rows.toSorted(bySort).filter((one) => after === undefined || bySort(one, after) > 0);
          const page = list.pageOf(found.slice(0, limit + 1), { limit, sortOf: (one) => one });
          seen.push(...page.data.map(({ id }) => id));
          cursor = page.nextCursor;
          if (cursor === null) break;
          for (const { index, low, name } of changes) {
            const one = rows[index % rows.length]!;
            changedIds.add(one.id);
            rows = rows.with(rows.indexOf(one), { id: one.id, low, name });
          }
        }
        if (cursor !== null) return;
        const unchanged = rows.map(({ id }) => id).filter((id) => !changedIds.has(id));
        expect(seen.filter((id) => !changedIds.has(id)).toSorted()).toEqual(unchanged.toSorted());
      },
    ),
  );
});
