/**
 * Placing an order from end to end: look the key up, have the stock reserved, commit. Dying between any two steps leaves
 * nothing that a retry with the same key, or inventory's question about the attempt, does not settle.
 */

import type { CustomerId, OrderId } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import { createGroupCommit } from '@oms/group-commit';
import { Refusal, type MetricsRegistry } from '@oms/service-kit';
import { place, type Actor, type DeliveryAddress } from '../domain/order.ts';
import { deriveOrderId } from '../domain/order-id.ts';
import {
  addUp,
  assertMayPlace,
  priced,
  repeatable,
  requestHashOf,
  resolution,
  type PlacedPlacement,
  type Placement,
  type WantedLine,
} from '../domain/placement.ts';
import { createAdmission } from './admission.ts';
import { refuseOutage } from '../store/outage.ts';
import type { InventoryClient } from '../clients/inventory.ts';
import type { Transact } from '../store/transact.ts';

export type Placements = { place(wish: Wish): Promise<Reply>; resolve(asked: Asked): Promise<Placement['outcome']> };
export type Wish = {
  readonly idempotencyKey: string;
  /** The key was made for this request, so nothing can be known under it. */
  readonly keyIsNew: boolean;
  readonly items: readonly WantedLine[];
  readonly deliveryAddress: DeliveryAddress;
  readonly by: Actor;
  readonly traceparent?: string | undefined;
};
export type Reply = { readonly orderId: OrderId; readonly body: string; readonly replayed: boolean };
export type Asked = { readonly orderId: OrderId; readonly attempt: number };

/** A line is written four times: in the order, in the reply, and in two messages. */
const lineBytes = 800;

export function createPlacements(o: {
  /** Placements as they are now, unlocked; whoever writes by them reads again under the lock. */
  loadPlacements: (ids: readonly OrderId[]) => Promise<Map<OrderId, Placement>>;
  transact: Transact;
  stock: InventoryClient;
  /** Throws while messages cannot be written yet: no stock may be taken for an order that cannot be committed. */
  assertReady: () => void;
  now: () => Date;
  /** How long after its placement an order is promised to be delivered; 0: no time is promised. */
  promiseMinutes: number;
  /** Placements under way at most. */
  queueMax: number;
  metrics: MetricsRegistry;
}): Placements {
  const inFlight = new Set<OrderId>();
  const admission = createAdmission({ max: o.queueMax, metrics: o.metrics });
  const lookUps = createGroupCommit<OrderId, Placement | null>({
    name: 'placement_look_up',
    commit: async (ids) => {
      const found = await o.loadPlacements(ids);
      return ids.map((id) => ({ value: found.get(id) ?? null }));
    },
    queueMax: o.queueMax,
    metrics: o.metrics,
  });
  return { place: placeOnce, resolve };

  async function placeOnce(wish: Wish): Promise<Reply> {
    const orderId = deriveOrderId(wish.by.id as CustomerId, wish.idempotencyKey);
    if (inFlight.has(orderId)) throw stillInFlight();
    const leave = admission.enter(wish.by.id as CustomerId);
    inFlight.add(orderId);
    try {
      return await placeOrRepeat(orderId, wish);
    } finally {
      inFlight.delete(orderId);
      leave();
    }
  }

  async function placeOrRepeat(orderId: OrderId, wish: Wish): Promise<Reply> {
    const wanted = addUp(wish.items);
    const requestHash = requestHashOf(wanted, wish.deliveryAddress);
    // Before the stock: an order placed and cancelled has none any more, and must not take it a second time.
    const earlier = wish.keyIsNew ? null : repeatable(await lookUps.submit(orderId).catch(refuseOutage), requestHash);
    if (earlier) return replyOf(earlier, true);
    o.assertReady();
    failpoint('placement.looked_up');
    const customerId = wish.by.id as CustomerId;
    const { attempt, lines } = await o.stock.reserve({ orderId, lines: wanted, customerId });
    failpoint('placement.stock_taken');
    const content = priced(lines);
    const { deliveryAddress, idempotencyKey, by, traceparent } = wish;
    const { promiseMinutes } = o;
    const at = o.now();
    const settled = await o.transact.submit({
      ...{ orderId, by: by.id },
      traceparent,
      bytes: lines.length * lineBytes,
      decide(known) {
        if (repeatable(known.placement, requestHash)) return { events: [] };
        assertMayPlace(known, attempt);
        return {
          events: place(known.order, { orderId, customerId, ...content, deliveryAddress, promiseMinutes, at, by }),
          placement: { outcome: 'PLACED', orderId, attempt, customerId, idempotencyKey, requestHash, at, reply: null },
        };
      },
    });
    failpoint('placement.committed');
    return replyOf(repeatable(settled.placement, requestHash), !settled.changed);
  }

  async function resolve({ orderId, attempt }: Asked): Promise<Placement['outcome']> {
    const at = o.now();
    const { placement: known } = await o.transact.submit({
      orderId,
      decide(before) {
        const { write } = resolution(before.placement, { orderId, attempt, at });
        return { events: [], ...(write && { placement: write }) };
      },
    });
    failpoint('placement.resolved');
    return resolution(known, { orderId, attempt, at }).outcome;
  }
}

function replyOf(placed: PlacedPlacement | null, replayed: boolean): Reply {
  if (placed === null || placed.reply === null)
    throw new Error('A placement was committed without the reply to its client.');
  return { orderId: placed.orderId, body: placed.reply, replayed };
}

function stillInFlight(): Refusal {
  const detail =
    'The first request with this Idempotency-Key is still being worked on. Send this one again in a moment.';
  return new Refusal('IDEMPOTENCY_IN_FLIGHT', detail);
}
