// The description in the trace of a row that a commit has changed: its id and the important columns.

export type Row = Record<string, unknown>;
type Value = string | number | boolean | null | undefined;

/** The column that names what the row is about, and those worth telling. */
const described: Readonly<Record<string, { id: string; columns: readonly string[] }>> = {
  orders: { id: 'id', columns: ['status', 'version'] },
  placements: { id: 'orderId', columns: ['outcome', 'attempt'] },
  inventory: { id: 'id', columns: ['quantity', 'reserved', 'short', 'version'] },
  reservations: { id: 'orderId', columns: ['state', 'attempt', 'orderPlaced'] },
  movements: { id: 'itemId', columns: ['delta', 'reason', 'orderId', 'itemVersion'] },
  notifications: { id: 'eventId', columns: ['id', 'channel', 'status', 'attempts', 'maybeSentBefore'] },
  sales_orders: { id: 'orderId', columns: ['status', 'version'] },
  'messaging.outbox': { id: 'aggregateId', columns: ['id', 'eventType', 'aggregateVersion', 'eventId'] },
  'messaging.inbox': { id: 'eventId', columns: ['consumer'] },
};

export function describeRow(table: string, before: Row | null, after: Row | null): { id: string; text: string } | null {
  const how = described[table];
  const row = after ?? before;
  if (!how || !row) return null;
  const what = how.columns.map((column) => `${column} ${String((row[column] as Value) ?? 'null')}`).join(' ');
  const id = String(row[how.id]);
  return { id, text: `${after ? (before ? '' : '+') : '-'}${table} ${id.slice(0, 8)} (${what})` };
}
