/** The one mapping between a movement of the ledger and its row in `movements`, for reads and writes. */
import type { ItemId, OrderId } from '@oms/contracts';
import type { Movement } from '../domain/ledger.ts';
import type { Movement as MovementRow } from './generated/client.ts';
import type { Column } from './write.ts';

/** PostgreSQL makes the id. */
export type StoredMovement = Movement & { id: string };

export const movementColumns = {
  itemId: { type: 'uuid', value: (movement) => movement.itemId },
  delta: { type: 'integer', value: (movement) => movement.delta },
  shortDelta: { type: 'integer', value: (movement) => movement.shortDelta },
  writtenOff: { type: 'integer', value: (movement) => movement.writtenOff },
  quantityAfter: { type: 'integer', value: (movement) => movement.quantityAfter },
  reason: { type: '"MovementReason"', value: (movement) => movement.reason },
  orderId: { type: 'uuid', value: (movement) => movement.orderId },
  note: { type: 'text', value: (movement) => movement.note },
  changedBy: { type: 'text', value: (movement) => movement.changedBy },
  itemVersion: { type: 'integer', value: (movement) => movement.itemVersion },
  at: { type: 'timestamptz', value: (movement) => movement.at.toISOString() },
} satisfies Record<Exclude<keyof MovementRow, 'id'>, Column<Movement>>;

export function movementOf({ itemId, orderId, ...row }: MovementRow): StoredMovement {
  return { ...row, itemId: itemId as ItemId, orderId: orderId as OrderId | null };
}
