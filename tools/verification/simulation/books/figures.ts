// Invariant 5: analytics has the same orders as order, to the cent, and the same stock as inventory.

import type { Row } from '../postgres/database.ts';
import type { Evidence } from './evidence.ts';
import type { Report } from './finding.ts';

export function checkFigures({ rows }: Evidence, report: Report): void {
  compare('order', rows('order', 'orders').map(orderTold), rows('analytics', 'sales_orders').map(saleTold), report);
  compare(
    'lines of order',
    rows('order', 'orders').map(linesTold),
    linesByOrder(rows('analytics', 'sales_lines')),
    report,
  );
  compare(
    'timeline of order',
    timelines(rows('order', 'order_history'), rows('order', 'orders')),
    rows('analytics', 'order_timelines').map(timelineTold),
    report,
  );
  compare(
    'stock level of item',
    rows('inventory', 'inventory').map(itemTold),
    rows('analytics', 'stock_levels').map(levelTold),
    report,
  );
}

type Told = [id: string, told: string];

function compare(what: string, truth: readonly Told[], copy: readonly Told[], report: Report): void {
  const copies = new Map(copy);
  for (const [id, told] of truth) {
    if (copies.get(id) !== told)
      report(5, `${what} ${id} is "${told}", analytics has "${copies.get(id) ?? 'nothing'}"`, id);
    copies.delete(id);
  }
  for (const [id, told] of copies) report(5, `analytics has ${what} ${id} as "${told}", and there is none`, id);
}

function orderTold(row: Row): Told {
  return told(row, 'id', row['status'], row['version'], cents(row['totalAmount']), row['customerId'], row['createdAt']);
}

function saleTold(row: Row): Told {
  return told(row, 'orderId', row['status'], row['version'], row['totalCents'], row['customerId'], row['placedAt']);
}

function linesTold(row: Row): Told {
  const items = row['items'] as { itemId: string; quantity: number; unitPrice: string; lineTotal: string }[];
  return told(
    row,
    'id',
    ...items.map((item) => `${item.itemId} ${item.quantity} ${cents(item.unitPrice)} ${cents(item.lineTotal)}`),
  );
}

function linesByOrder(lines: readonly Row[]): Told[] {
  const sorted = lines.toSorted((a, b) => (a['position'] as number) - (b['position'] as number));
  const say = (line: Row) =>
    [line['itemId'], line['quantity'], line['unitPriceCents'], line['lineTotalCents']].join(' ');
  return [...Map.groupBy(sorted, (line) => line['orderId'] as string)].map(([id, own]) => [id, own.map(say).join(' ')]);
}

function timelines(history: readonly Row[], orders: readonly Row[]): Told[] {
  const promised = new Map(orders.map((order) => [order['id'] as string, order['promisedDeliveryAt']]));
  return [...Map.groupBy(history, (change) => change['orderId'] as string)].map(([id, changes]) => {
    const at = (status: string) => changes.find((change) => change['toStatus'] === status)?.['at'] ?? null;
    const steps = ['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED'].map(at);
    const reason = changes.find((change) => change['toStatus'] === 'CANCELLED')?.['reason'] ?? null;
    return [id, [...steps, reason, changes.length, promised.get(id)].map((each) => textOf(each ?? 'none')).join(' ')];
  });
}

function timelineTold(row: Row): Told {
  const columns = [
    'placedAt',
    'preparingAt',
    'outForDeliveryAt',
    'deliveredAt',
    'cancelledAt',
    'cancelReason',
    'version',
    'promisedDeliveryAt',
  ];
  return [row['orderId'] as string, columns.map((column) => textOf(row[column] ?? 'none')).join(' ')];
}

function itemTold(row: Row): Told {
  return told(row, 'id', row['quantity'], row['threshold'], row['version'], cents(row['price']), row['updatedAt']);
}

function levelTold(row: Row): Told {
  return told(row, 'itemId', row['quantity'], row['threshold'], row['version'], row['priceCents'], row['updatedAt']);
}

function told(row: Row, id: string, ...values: unknown[]): Told {
  return [row[id] as string, values.map((value) => textOf(value ?? 'none')).join(' ')];
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

function cents(amount: unknown): number {
  return Math.round(Number(amount) * 100);
}
