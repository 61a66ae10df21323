// Two tables of two databases read side by side in the order of their ids, a page at a time: memory stays the same for a million rows.

import type { Queryable } from './evidence.ts';

const pageRows = 5_000;
const zero = '00000000-0000-0000-0000-000000000000';

export type Row = { id: string };

/** @param text answers rows with `id`, ordered by it, after $1 and at most $2 */
export async function* rowsById<R extends Row>(client: Queryable, text: string): AsyncGenerator<R> {
  for (let after = zero; ;) {
    const { rows } = await client.query<R>(text, [after, pageRows]);
    yield* rows;
    const last = rows.at(-1);
    if (rows.length < pageRows || !last) return;
    after = last.id;
  }
}

/** Each id once, with what either side has of it. */
export async function* sideBySide<L extends Row, R extends Row>(
  left: AsyncIterator<L>,
  right: AsyncIterator<R>,
): AsyncGenerator<[L | undefined, R | undefined]> {
  let [l, r] = await Promise.all([left.next(), right.next()]);
  while (!l.done || !r.done) {
    const leftFirst = !l.done && (r.done || l.value.id <= r.value.id);
    const rightFirst = !r.done && (l.done || r.value.id <= l.value.id);
    yield [leftFirst ? (l.value as L) : undefined, rightFirst ? (r.value as R) : undefined];
    if (leftFirst) l = await left.next();
    if (rightFirst) r = await right.next();
  }
}
