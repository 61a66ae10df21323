// Merges rows of several messages into one row per key, in whatever order they arrived.

/**
 * Merges rows of the same key and returns one row per key, sorted by key.
 * `merge` must be commutative and idempotent: then neither the order of delivery nor a replay changes the result.
 * Sorted, so that all writers lock rows in one order.
 */
export function rowPerKey<Row>(
  rows: Iterable<Row>,
  keyOf: (row: Row) => string,
  merge: (a: Row, b: Row) => Row,
): Row[] {
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    const known = byKey.get(keyOf(row));
    byKey.set(keyOf(row), known === undefined ? row : merge(known, row));
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Of two rows that each have the whole state, the one with the higher aggregate version. */
export function newer<Row extends { version: number }>(a: Row, b: Row): Row {
  return b.version > a.version ? b : a;
}
