/**
 * Places an order: looks the key up, has the stock reserved, commits. If the process dies between two steps, a retry with the
 * same key, or inventory's question about the attempt, settles what is left.
 */

import type { Cents, CustomerId, OrderId } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import { createGroupCommit, defaultCommandDeadlineMs } from '@oms/group-commit';
import { Refusal, type MetricsRegistry } from '@oms/service-kit';
import type { InventoryClient } from '../clients/inventory.ts';
import { requireCountry } from '../domain/country.ts';
import { deriveOrderId } from '../domain/order-id.ts';
import { evolve, place, type Actor, type DeliveryAddress, type Order, type PlacementTerms } from '../domain/order.ts';
import {
  addUp,
  assertMayPlace,
  priced,
  repeatable,
  requestHashOf,
  requireDeliverable,
  resolution,
  type PlacedPlacement,
  type Placement,
  type RequestedLine,
} from '../domain/placement.ts';
import { refuseOutage } from '../store/outage.ts';
import type { Command, Transact } from '../store/transact.ts';
import { createAdmission } from './admission.ts';

export type Placements = {
  place(command: PlaceOrder): Promise<PlacementReply>;
  /** The outcome of an attempt, for inventory; an attempt that has not committed until now never will. */
  resolve(attempt: Attempt): Promise<Placement['outcome']>;
};
export type PlaceOrder = {
  readonly idempotencyKey: string;
  /** The key was made for this request, so nothing is stored under it. */
  readonly keyIsNew: boolean;
  readonly items: readonly RequestedLine[];
  readonly deliveryAddress: DeliveryAddress;
  /** For whom it is; absent: for the caller. */
  readonly customerId?: CustomerId | undefined;
  /** Absent: as soon as possible. */
  readonly deliverAt?: Date | undefined;
  /** Refused when the order comes to another total; absent: any total. */
  readonly expectedTotalCents?: Cents | undefined;
  readonly by: Actor;
  readonly traceparent?: string | undefined;
  /** Aborted when the caller has gone. No stock is reserved for it then; once it is reserved, the order is placed. */
  readonly signal?: AbortSignal;
};
export type PlacementReply = { readonly orderId: OrderId; readonly body: string; readonly replayed: boolean };
export type Attempt = { readonly orderId: OrderId; readonly attempt: number };

export type PlacementsOptions = {
  transact: Transact;
  inventory: InventoryClient;
  /** Placements without a lock; who writes because of them loads them again under the lock. */
  loadPlacements: (ids: readonly OrderId[]) => Promise<Map<OrderId, Placement>>;
  /** The body of the reply, which is stored with the placement. */
  renderReply: (order: Order) => string;
  /** Throws while messages cannot be written yet: no stock may be reserved for an order that cannot be committed. */
  assertReady: () => void;
  now: () => Date;
  /** What an order is promised when it is placed. */
  terms: PlacementTerms;
  /** Placements in progress at most. */
  queueMax: number;
  metrics: MetricsRegistry;
};

/** A line is written four times: in the order, in the reply, and in two messages. */
const lineBytes = 800;

export function createPlacements(options: PlacementsOptions): Placements {
  const {
    transact,
    inventory,
    loadPlacements,
    renderReply,
    assertReady,
    now,
    terms: promised,
    queueMax,
    metrics,
  } = options;
  const inFlight = new Set<OrderId>();
  const admission = createAdmission({ max: queueMax, metrics });
  const lookUps = createGroupCommit<OrderId, Placement | null>({
    name: 'placement_look_up',
    commit: async (ids) => {
      const found = await loadPlacements(ids);
      return ids.map((id) => ({ value: found.get(id) ?? null }));
    },
    queueMax,
    metrics,
  });
  return { place: placeOnce, resolve };

  async function placeOnce(command: PlaceOrder): Promise<PlacementReply> {
    const caller = command.by.id;
    const orderId = deriveOrderId(caller, command.idempotencyKey);
    if (inFlight.has(orderId)) throw stillInFlight();
    const leave = admission.enter(caller);
    inFlight.add(orderId);
    try {
      return await placeOrRepeat(orderId, command);
    } finally {
      inFlight.delete(orderId);
      leave();
    }
  }

  async function placeOrRepeat(
    orderId: OrderId,
    { idempotencyKey, keyIsNew, items, deliveryAddress, by, traceparent, signal, ...terms }: PlaceOrder,
  ): Promise<PlacementReply> {
    const { customerId = by.id as CustomerId, deliverAt = null, expectedTotalCents = null } = terms;
    const endsMs = performance.now() + defaultCommandDeadlineMs;
    const withinMs = () => endsMs - performance.now();
    const wanted = addUp(items);
    const named = { customerId: customerId === by.id ? null : customerId, deliverAt };
    const requestHash = requestHashOf(wanted, deliveryAddress, { ...named, expectedTotalCents });
    const recoveredHash = requestHashOf(wanted, deliveryAddress, { ...named, expectedTotalCents: null });
    const repeated = (placement: Placement | null) => repeatable(placement, requestHash, recoveredHash);
    // Before the stock: an order that was placed and cancelled holds no stock any more, and must not reserve it again.
    const lookUp = () => lookUps.submit(orderId, { signal, withinMs: withinMs() }).catch(refuseOutage);
    const earlier = keyIsNew ? null : repeated(await lookUp());
    if (earlier) return replyOf(earlier, true);
    // After the key: what was accepted is answered again, whatever the rules and the time are now.
    requireCountry(deliveryAddress.country);
    requireDeliverable(deliverAt, now());
    assertReady();
    failpoint('placement.looked_up');
    const { attempt, lines: reserved } = await inventory.reserve(
      { orderId, lines: wanted, expectedTotalCents, caller: by.id },
      { signal, withinMs: withinMs() },
    );
    failpoint('placement.stock_taken');
    const { lines, totalCents } = priced(reserved);
    const at = now();
    const commit: Command = {
      orderId,
      by: by.id,
      traceparent,
      bytes: lines.length * lineBytes,
      decide(stored) {
        if (repeated(stored.placement)) return { events: [] };
        assertMayPlace(stored, attempt);
        const command = { orderId, customerId, lines, totalCents, deliveryAddress, deliverAt, ...promised, at, by };
        const events = place(stored.order, command);
        const order = events.reduce<Order | null>(evolve, stored.order);
        const reply = order && renderReply(order);
        return {
          events,
          placement: { outcome: 'PLACED', orderId, attempt, customerId, idempotencyKey, requestHash, at, reply },
        };
      },
    };
    const settled = await transact.submit(commit, { withinMs: withinMs() });
    failpoint('placement.committed');
    return replyOf(repeated(settled.placement), !settled.changed);
  }

  async function resolve({ orderId, attempt }: Attempt): Promise<Placement['outcome']> {
    const at = now();
    const { placement } = await transact.submit({
      orderId,
      decide(stored) {
        const { write } = resolution(stored.placement, { orderId, attempt, at });
        return { events: [], ...(write && { placement: write }) };
      },
    });
    failpoint('placement.resolved');
    return resolution(placement, { orderId, attempt, at }).outcome;
  }
}

function replyOf(placed: PlacedPlacement | null, replayed: boolean): PlacementReply {
  if (placed === null || placed.reply === null) throw new Error('A placement was committed without a reply.');
  return { orderId: placed.orderId, body: placed.reply, replayed };
}

function stillInFlight(): Refusal {
  const detail =
    'The first request with this Idempotency-Key is still in progress. Send the request again in a moment.';
  return new Refusal('IDEMPOTENCY_IN_FLIGHT', detail);
}
