// Rows with their versions, as READ COMMITTED shows them, and the locks that transactions hold on them until they end.

import { SqlError } from './sql-error.ts';
import type { Table } from './schema.ts';
import type { Row } from './values.ts';

export type Version = { seq: number; data: Row | null };
export type StoredRow = {
  table: TableData;
  /** Committed versions, the newest last. */
  versions: Version[];
  /** What the holder of the lock has written and not committed. */
  pending: { by: Transaction; data: Row | null } | null;
  lock: Transaction | null;
};

export type TableData = {
  schema: Table;
  rows: Set<StoredRow>;
  /** By indexed column and value: rows that have, or had, this value. */
  index: Map<string, Map<unknown, Set<StoredRow>>>;
  nextId: number;
};

export type Transaction = {
  id: number;
  startedAtMs: number;
  locked: Set<StoredRow>;
  written: Set<StoredRow>;
  /** Channels to notify at commit. */
  notices: Set<string>;
  /** synchronous_commit is off: a crash of the server may lose the commit. */
  relaxed: boolean;
  failed: boolean;
  waitsFor: Transaction | null;
  /** Called once when the transaction is over. */
  onEnd: Set<() => void>;
  ended: boolean;
};

/** A statement that yields this waits until the transaction is over. */
export type Wait = { until: Transaction };

export function createTableData(schema: Table): TableData {
  const index = new Map([...schema.indexed].map((column) => [column, new Map<unknown, Set<StoredRow>>()]));
  return { schema, rows: new Set(), index, nextId: 1 };
}

export function createTransaction(id: number, startedAtMs: number): Transaction {
  return {
    ...{ id, startedAtMs, locked: new Set(), written: new Set(), notices: new Set() },
    ...{ relaxed: false, failed: false, waitsFor: null, onEnd: new Set(), ended: false },
  };
}

/** What a statement whose snapshot is `seq` sees: its own transaction's writes, and what was committed by then. */
export function visible(row: StoredRow, tx: Transaction, seq: number): Row | null {
  if (row.pending?.by === tx) return row.pending.data;
  for (let at = row.versions.length - 1; at >= 0; at--) {
    const version = row.versions[at]!;
    if (version.seq <= seq) return version.data;
  }
  return null;
}

/** What is there now, for whoever holds the row's lock. */
export function current(row: StoredRow, tx: Transaction): Row | null {
  if (row.pending?.by === tx) return row.pending.data;
  return row.versions.at(-1)?.data ?? null;
}

/** Takes the row's lock, waiting for whoever holds it; false when it is to be skipped instead. */
export function* lockRow(row: StoredRow, tx: Transaction, o: { skipLocked?: boolean } = {}): Generator<Wait, boolean> {
  while (row.lock !== null && row.lock !== tx) {
    if (o.skipLocked) return false;
    yield* waitFor(row.lock, tx);
  }
  row.lock = tx;
  tx.locked.add(row);
  return true;
}

export function* waitFor(holder: Transaction, tx: Transaction): Generator<Wait, void> {
  for (let at: Transaction | null = holder; at; at = at.waitsFor) {
    if (at === tx) throw new SqlError('40P01', 'deadlock detected');
  }
  tx.waitsFor = holder;
  try {
    yield { until: holder };
  } finally {
    tx.waitsFor = null;
  }
}

/** Writes under the row's lock, to be seen by others from the commit on. */
export function write(row: StoredRow, tx: Transaction, data: Row | null): void {
  row.pending = { by: tx, data };
  row.lock = tx;
  tx.locked.add(row);
  tx.written.add(row);
  if (data) addToIndex(row, data);
}

export function insertRow(table: TableData, tx: Transaction, data: Row): StoredRow {
  const row: StoredRow = { table, versions: [], pending: null, lock: null };
  table.rows.add(row);
  write(row, tx, data);
  return row;
}

/** Ends a transaction; `seq` makes its writes visible, null forgets them. */
export function endTransaction(tx: Transaction, seq: number | null): void {
  tx.ended = true;
  for (const row of tx.written) {
    const { pending } = row;
    if (!pending || pending.by !== tx) continue;
    row.pending = null;
    if (seq !== null) row.versions.push({ seq, data: pending.data });
    if (row.versions.length === 0) row.table.rows.delete(row);
  }
  for (const row of tx.locked) if (row.lock === tx) row.lock = null;
  for (const wake of tx.onEnd) wake();
  tx.onEnd.clear();
}

/** Rows that have had `value` in an indexed column; undefined when the column has no index. */
export function rowsBy(table: TableData, column: string, value: unknown): Iterable<StoredRow> | undefined {
  const values = table.index.get(column);
  return values && (values.get(value) ?? []);
}

function addToIndex(row: StoredRow, data: Row): void {
  for (const [column, values] of row.table.index) {
    const value = data[column];
    const rows = values.get(value);
    if (rows) rows.add(row);
    else values.set(value, new Set([row]));
  }
}
