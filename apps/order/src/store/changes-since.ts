/** The changes of many orders by one statement, each with its order: for event streams. */

import type { Pool } from 'pg';
import type { OrderId } from '@oms/contracts';
import type { Order } from '../domain/order.ts';
import { pick, selectAs } from './columns.ts';
import { historyColumns, historyFromRow, type HistoryEntry } from './history-row.ts';
import { orderColumns, orderFromRow } from './order-row.ts';

export type ChangeWithOrder = { readonly change: HistoryEntry; readonly order: Order };

export type StreamReads = {
  /** Of each order, the changes after a version, in sequence. An order without a later change is left out. */
  changesSince(after: ReadonlyMap<OrderId, number>): Promise<ChangeWithOrder[]>;
  /** The changes that these versions are, in the same sequence; null for one that the database does not have. */
  changesAt(versions: readonly OrderVersion[]): Promise<(ChangeWithOrder | null)[]>;
};

export type OrderVersion = { readonly orderId: OrderId; readonly version: number };

// One statement is one snapshot, so an order is never older than its change. OFFSET 0 keeps each subquery a look-up by primary key for each
// row of `w`: a merge join would read both tables from their beginning.
const from = (condition: string) => `
SELECT ${selectAs('h', historyColumns, 'change')}, ${selectAs('o', orderColumns, 'order')}
FROM unnest($1::uuid[], $2::int[]) AS w("orderId", "version")
CROSS JOIN LATERAL (
  SELECT * FROM "order_history" c WHERE c."orderId" = w."orderId" AND c."version" ${condition} w."version" OFFSET 0
) h
CROSS JOIN LATERAL (SELECT * FROM "orders" r WHERE r."id" = w."orderId" OFFSET 0) o
ORDER BY h."orderId", h."version"`;
const sinceSql = from('>');
const atSql = from('=');

export function createStreamReads(pool: Pool): StreamReads {
  return {
    changesSince: (after) => read('order.changes-since', sinceSql, [...after.keys()], [...after.values()]),
    async changesAt(versions) {
      const found = await read(
        'order.changes-at',
        atSql,
        versions.map(({ orderId }) => orderId),
        versions.map(({ version }) => version),
      );
      const byVersion = new Map(found.map((each) => [keyOf(each.change), each]));
      return versions.map((version) => byVersion.get(keyOf(version)) ?? null);
    },
  };

  async function read(name: string, text: string, ids: OrderId[], versions: number[]): Promise<ChangeWithOrder[]> {
    const { rows } = await pool.query<Record<string, unknown>>({ name, text, values: [ids, versions] });
    return rows.map((row) => ({
      change: historyFromRow(pick(row, historyColumns, 'change')),
      order: orderFromRow(pick(row, orderColumns, 'order')),
    }));
  }
}

function keyOf({ orderId, version }: OrderVersion): string {
  return `${orderId}/${version}`;
}
