// Turns what several messages told into one row per key, whatever the order they came in.

/**
 * Merges rows of the same key and returns one row per key, sorted by key.
 * `merge` must give the same row for both orders of its arguments, and the row itself for two equal ones: then neither
 * the order of delivery nor a replay changes the outcome. Sorted, so that all writers lock rows in one order.
 */
export function rowPerKey<Row>(
  told: Iterable<Row>,
  keyOf: (row: Row) => string,
  merge: (a: Row, b: Row) => Row,
): Row[] {
  const rows = new Map<string, Row>();
  for (const row of told) {
    const known = rows.get(keyOf(row));
    rows.set(keyOf(row), known === undefined ? row : merge(known, row));
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Of two rows that each tell the whole state, the one with the higher aggregate version. */
export function newer<Row extends { version: number }>(a: Row, b: Row): Row {
  return b.version > a.version ? b : a;
}
