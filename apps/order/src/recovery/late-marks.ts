/** Brings back which promises were published as broken (ORDER_LATE), so that the service does not publish them again. */

import type { OrderId, OrderLate } from '@oms/contracts';
import type { Recovered } from '@oms/service-kit/recover';
import type { Pool } from 'pg';
import { promiseStages, type PromiseStage } from '../domain/deadlines.ts';

const columns: Readonly<Record<PromiseStage, string>> = {
  PREPARING: '"preparingLateAt"',
  DELIVERY: '"deliveryLateAt"',
};

/** After the orders themselves are recovered. Running twice writes nothing. */
export async function recoverLateMarks(
  pool: Pool,
  published: readonly OrderLate[],
  fix: boolean,
): Promise<Recovered[]> {
  const recovered: Recovered[] = [];
  for (const stage of promiseStages) {
    const late = published.filter((message) => message.stage === stage);
    if (late.length === 0) continue;
    const column = columns[stage];
    const marks = `unnest($1::uuid[], $2::timestamptz[]) AS m ("id", "at")`;
    const isLost = `"orders"."id" = m."id" AND "orders".${column} IS NULL`;
    const text = fix
      ? `UPDATE "orders" SET ${column} = m."at" FROM ${marks} WHERE ${isLost} RETURNING "orders"."id"`
      : `SELECT DISTINCT "orders"."id" FROM "orders", ${marks} WHERE ${isLost}`;
    const values = [late.map(({ orderId }) => orderId), late.map(({ occurredAt }) => occurredAt.toISOString())];
    const { rows } = await pool.query<{ id: OrderId }>(text, values);
    recovered.push(...rows.map(({ id }) => lateLost(id, stage, fix)));
  }
  return recovered;
}

/** The kitchen could not accept orders while the service was away: the next sweep of the deadlines begins as after an outage. */
export async function forgetLastSweep(pool: Pool): Promise<void> {
  await pool.query(`UPDATE "deadline_sweeps" SET "sweptAt" = '-infinity'`);
}

function lateLost(id: OrderId, stage: PromiseStage, fix: boolean): Recovered {
  return {
    kind: 'LATE_LOST',
    id,
    found: 'the order is not marked as late',
    expected: `ORDER_LATE was published for its stage ${stage}`,
    remedy: 'marks it, so that it is not published again',
    fixed: fix,
  };
}
