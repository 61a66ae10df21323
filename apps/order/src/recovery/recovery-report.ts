/** What the `recover` program reports of an order: what was found, what was expected, and what is done or must be done. */

import type { OrderId } from '@oms/contracts';
import type { Recovered } from '@oms/service-kit/recover';
import { unknownAddress } from '../domain/messages.ts';
import type { LaterEvent } from '../domain/order.ts';
import type { OrderRecovery, StoredOrder } from './plan-order-recovery.ts';

/** Whether the database has other versions than Kafka. */
export function isForked({ history }: StoredOrder, { from }: OrderRecovery): boolean {
  return history.some(({ version }) => version >= from);
}

export function recoveredOf(stored: StoredOrder, recovery: OrderRecovery, fix: boolean): Recovered[] {
  const { order, dropped, placed } = recovery;
  const id = order.id;
  const forked = isForked(stored, recovery);
  const recovered: Recovered = {
    kind: stored.order === null ? 'ORDER_LOST' : forked ? 'ORDER_FORKED' : 'ORDER_BEHIND',
    id,
    found: stateOf(stored),
    expected: `Kafka has it up to ${order.status}, version ${order.version}`,
    remedy: forked
      ? 'continues from the published history, and applies the changes since the restore again after it'
      : 'writes what was published',
    fixed: fix,
  };
  const changes = dropped.map((change): Recovered => ({
    kind: 'CHANGE_DROPPED',
    id,
    found: `${change.by.role} ${change.by.id} changed it to ${nameOf(change)} after the restore, but it was ${order.status} already`,
    expected: 'the change was not published',
    remedy: 'inform this person; the change is not written',
    fixed: false,
  }));
  if (placed?.deliveryAddress.line1 !== unknownAddress.line1) return [recovered, ...changes];
  const address: Recovered = {
    kind: 'ADDRESS_LOST',
    id,
    found: 'no address',
    expected: 'only analytics-events has the order',
    remedy: `ask customer ${order.customerId}, or cancel the order`,
    fixed: false,
  };
  return [recovered, ...changes, address];
}

function nameOf(change: LaterEvent): string {
  if (change.type === 'StatusChanged') return change.to;
  return change.type === 'OrderReady' ? 'ready' : 'due';
}

export function versionMissing(id: OrderId, stored: StoredOrder, missing: number): Recovered {
  return {
    kind: 'VERSION_MISSING',
    id,
    found: stateOf(stored),
    expected: `Kafka has later versions, and version ${missing} is not among the messages that were read`,
    remedy: 'use an earlier --since',
    fixed: false,
  };
}

export function notWritten(id: OrderId, error: unknown): Recovered {
  return {
    kind: 'ORDER_NOT_WRITTEN',
    id,
    found: `it cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    expected: 'Kafka has the order',
    remedy: 'a person must decide',
    fixed: false,
  };
}

function stateOf({ order }: StoredOrder): string {
  return order === null ? 'no such order' : `${order.status}, version ${order.version}`;
}
