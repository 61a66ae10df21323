/**
 * An order's id follows from the caller and the Idempotency-Key: the same request always names the same order, on every
 * replica and for all time, so that a second order for one key cannot exist.
 */

import { createHash, type Hash } from 'node:crypto';
import type { OrderId, PromiseId } from '@oms/contracts';
import type { PromiseStage } from './deadlines.ts';

/** Never changes: with another namespace every known key would name a new order. */
const namespace = Buffer.from('0b6d1c3b6c0a4f0e9f1c6a8d2e5b7f41', 'hex');

/** The name-based UUID (RFC 9562, version 5) of the caller (the customer, or staff who place for one) and the key. */
export function deriveOrderId(callerId: string, idempotencyKey: string): OrderId {
  // All ids of callers have one length, so two different pairs never make the same text.
  return uuidOf(createHash('sha1').update(namespace).update(callerId).update(idempotencyKey)) as OrderId;
}

/** The id of a promise of an order: its ORDER_LATE has the same id whoever publishes it, and however often. */
export function promiseIdOf(orderId: OrderId, stage: PromiseStage): PromiseId {
  return uuidOf(createHash('sha1').update(namespace).update(`${orderId} ${stage}`)) as PromiseId;
}

function uuidOf(name: Hash): string {
  const hash = name.digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return groups.join('-');
}
