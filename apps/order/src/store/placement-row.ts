/** The row of a placement, for writes and reads: the one place that knows the columns of "placements". */

import type { CustomerId, OrderId } from '@oms/contracts';
import type { Placement } from '../domain/placement.ts';
import type { Columns } from './columns.ts';

/** An abandoned placement has no customer, key, hash or reply. */
export type PlacementRow = {
  orderId: OrderId;
  customerId: CustomerId | null;
  idempotencyKey: string | null;
  requestHash: string | null;
  attempt: number;
  outcome: Placement['outcome'];
  reply: string | null;
  createdAt: Date;
};

export const placementColumns: Columns<PlacementRow> = {
  orderId: 'uuid',
  customerId: 'uuid',
  idempotencyKey: 'text',
  requestHash: 'text',
  attempt: 'int',
  outcome: '"PlacementOutcome"',
  reply: 'text',
  createdAt: 'timestamptz',
};

const ofNobody = { customerId: null, idempotencyKey: null, requestHash: null, reply: null };

export function placementToRow(placement: Placement): PlacementRow {
  const { orderId, attempt, outcome, at: createdAt } = placement;
  if (outcome === 'ABANDONED') return { ...ofNobody, orderId, attempt, outcome, createdAt };
  const { customerId, idempotencyKey, requestHash, reply } = placement;
  return { orderId, customerId, idempotencyKey, requestHash, attempt, outcome, reply, createdAt };
}

export function placementFromRow(row: PlacementRow): Placement {
  const { orderId, attempt, outcome, createdAt: at, customerId, idempotencyKey, requestHash, reply } = row;
  if (outcome === 'ABANDONED') return { outcome, orderId, attempt, at };
  if (customerId === null || idempotencyKey === null || requestHash === null) {
    throw new Error(
      `The placement of order ${orderId} has no customer, key or hash. A CHECK of the table forbids that.`,
    );
  }
  return { outcome, orderId, attempt, customerId, idempotencyKey, requestHash, at, reply };
}
