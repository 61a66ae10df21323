// Whole histories of orders and items as messages, and the ways in which Kafka may deliver them.
import type { CustomerId, EventId, ItemId, Message, MessageOf, OrderId } from '@oms/contracts';
import fc from 'fast-check';

type Status = MessageOf<'ORDER_STATUS_CHANGE'>['toStatus'];
type Milestone = 'READY' | 'DUE';

const paths: (Status | Milestone)[][] = [
  [],
  ['PREPARING'],
  ['PREPARING', 'OUT_FOR_DELIVERY'],
  ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'],
  ['CANCELLED'],
  ['PREPARING', 'CANCELLED'],
  ['PREPARING', 'READY'],
  ['DUE', 'PREPARING', 'READY', 'OUT_FOR_DELIVERY', 'DELIVERED'],
];
const base = Date.UTC(2026, 0, 1);
const instant = fc.integer({ min: 0, max: 90 * 86_400_000 }).map((ms) => new Date(base + ms));
const cents = fc.integer({ min: 0, max: 100_000 });
const reason = fc.constantFrom('CUSTOMER', 'SOLD_OUT', 'RUSH_HOUR', 'NO_SHOW', 'NOT_ACCEPTED');
const itemIds: string[] = Array.from({ length: 6 }, (_, index) => `00000000-0000-4000-8000-00000000000${index}`);

/** One order from its placement to its last step: the messages of both topics, in order. */
const orderHistory: fc.Arbitrary<Message[]> = fc
  .record({
    orderId: fc.uuid({ version: 4 }),
    customerId: fc.uuid({ version: 4 }),
    placedAt: instant,
    promiseMs: fc.option(fc.nat(7_200_000)),
    lines: fc.uniqueArray(fc.record({ item: fc.nat(5), quantity: fc.integer({ min: 1, max: 9 }), unitPrice: cents }), {
      minLength: 1,
      maxLength: 4,
      selector: ({ item }) => item,
    }),
    path: fc.constantFrom(...paths),
    stepsMs: fc.array(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 5, maxLength: 5 }),
    reason,
    eventIds: fc.array(fc.uuid({ version: 4 }), { minLength: 12, maxLength: 12 }),
  })
  .map((drawn) => {
    const order = placement({
      orderId: drawn.orderId,
      customerId: drawn.customerId,
      placedAt: drawn.placedAt,
      promisedDeliveryAt: drawn.promiseMs === null ? null : new Date(drawn.placedAt.getTime() + drawn.promiseMs),
      items: drawn.lines.map(({ item, quantity, unitPrice }) => ({
        itemId: itemIds[item] ?? '',
        itemName: `Dish ${item}`,
        quantity,
        unitPrice,
      })),
    });
    let fromStatus: Status = 'PENDING';
    let at = drawn.placedAt.getTime();
    const steps = drawn.path.flatMap((toStatus, index): Message[] => {
      at += drawn.stepsMs[index] ?? 1;
      if (toStatus === 'READY' || toStatus === 'DUE') {
        return milestone(order, { milestone: toStatus, at: new Date(at), version: index + 2 });
      }
      const messages = step(order, {
        fromStatus,
        toStatus,
        at: new Date(at),
        version: index + 2,
        reason: drawn.reason,
      });
      fromStatus = toStatus;
      return messages;
    });
    return [...order, ...steps].map((message, index) => ({ ...message, eventId: drawn.eventIds[index] as EventId }));
  });

/** One item's updates, versions 1, 2, 3 ...; it may be deleted at the end. */
const itemHistory = (itemId: string): fc.Arbitrary<Message[]> =>
  fc
    .record({
      at: instant,
      levels: fc.array(
        fc.record({ quantity: fc.nat(40), threshold: fc.nat(20), price: cents, eventId: fc.uuid({ version: 4 }) }),
        {
          maxLength: 6,
        },
      ),
      deleted: fc.boolean(),
    })
    .map(({ at, levels, deleted }) =>
      levels.map(({ quantity, threshold, price, eventId }, index) =>
        level({
          itemId,
          quantity,
          threshold,
          price,
          eventId,
          version: index + 1,
          at: new Date(at.getTime() + index),
          reason: deleted && index === levels.length - 1 ? 'DELETED' : 'ADJUSTED',
        }),
      ),
    );

/** All events, in the order in which they happened. */
export const history: fc.Arbitrary<Message[]> = fc
  .tuple(
    fc.uniqueArray(orderHistory, { maxLength: 8, selector: ([first]) => first?.aggregateId }),
    ...itemIds.map(itemHistory),
  )
  .map(([orders, ...items]) => [...orders.flat(), ...items.flat()]);

/** The history, and a delivery of it: shuffled, parts of it twice, cut into batches. */
export const delivery = history.chain((messages) =>
  fc.tuple(fc.subarray(messages), fc.integer({ min: 1, max: 7 })).chain(([again, size]) =>
    fc.shuffledSubarray([...messages, ...again], { minLength: messages.length + again.length }).map((shuffled) => ({
      messages,
      batches: Array.from({ length: Math.ceil(shuffled.length / size) }, (_, index) =>
        shuffled.slice(index * size, (index + 1) * size),
      ),
    })),
  ),
);

let eventCount = 0;
const eventIdNext = () => `00000000-0000-4000-9000-${String((eventCount += 1)).padStart(12, '0')}` as EventId;

/** ORDER_PLACED and NEW_ORDER of one order; totals follow from its lines. */
export function placement({
  orderId,
  customerId = '11111111-1111-4111-8111-111111111111',
  placedAt,
  promisedDeliveryAt = null,
  items: lines,
}: {
  orderId: string;
  customerId?: string;
  placedAt: Date;
  /** No time is promised if it is absent. */
  promisedDeliveryAt?: Date | null;
  items: { itemId: string; itemName: string; quantity: number; unitPrice: number }[];
}): [MessageOf<'ORDER_PLACED'>, MessageOf<'NEW_ORDER'>] {
  const items = lines.map((item) => ({
    ...item,
    itemId: item.itemId as ItemId,
    note: null,
    lineTotal: item.quantity * item.unitPrice,
  }));
  const common = {
    occurredAt: placedAt,
    aggregateId: orderId as OrderId,
    aggregateVersion: 1,
    customerId: customerId as CustomerId,
    totalAmount: items.reduce((sum, { lineTotal }) => sum + lineTotal, 0),
    items,
  };
  const deliveryAddress = {
    line1: 'Street 1',
    line2: null,
    city: 'Anytown',
    postalCode: '1',
    country: 'DE',
    instructions: null,
  };
  const scheduled = { promisedDeliveryAt, deliverAt: null, dueAt: null, acceptBy: null };
  const author = { placedBy: customerId, placedByRole: 'customer' };
  return [
    { ...common, ...scheduled, ...author, eventId: eventIdNext(), eventType: 'ORDER_PLACED', deliveryAddress },
    { ...common, deliverAt: null, eventId: eventIdNext(), eventType: 'NEW_ORDER' },
  ];
}

/** ORDER_STATUS_CHANGED and ORDER_STATUS_CHANGE of one step of a placed order. */
export function step(
  [, order]: ReturnType<typeof placement>,
  {
    fromStatus,
    toStatus,
    at,
    version,
    reason: given = 'CUSTOMER',
  }: { fromStatus: Status; toStatus: Status; at: Date; version: number; reason?: string },
): [MessageOf<'ORDER_STATUS_CHANGED'>, MessageOf<'ORDER_STATUS_CHANGE'>] {
  const common = { occurredAt: at, aggregateId: order.aggregateId, aggregateVersion: version, fromStatus, toStatus };
  const reason = toStatus === 'CANCELLED' ? given : null;
  const by = { customerId: order.customerId, changedBy: 'kitchen', changedByRole: 'staff' };
  const why = { reason, note: null, restock: null, soldOutItemIds: null };
  return [
    { ...common, ...by, ...why, eventId: eventIdNext(), eventType: 'ORDER_STATUS_CHANGED' },
    { ...common, totalAmount: order.totalAmount, reason, eventId: eventIdNext(), eventType: 'ORDER_STATUS_CHANGE' },
  ];
}

/** ORDER_READY or ORDER_DUE of a placed order, and ORDER_MILESTONE. */
export function milestone(
  [placed, order]: ReturnType<typeof placement>,
  { milestone, at, version }: { milestone: Milestone; at: Date; version: number },
): [MessageOf<'ORDER_READY' | 'ORDER_DUE'>, MessageOf<'ORDER_MILESTONE'>] {
  const common = { occurredAt: at, aggregateId: order.aggregateId, aggregateVersion: version };
  const { customerId, totalAmount, items, deliveryAddress, promisedDeliveryAt } = placed;
  const due = { customerId, totalAmount, items, deliveryAddress, promisedDeliveryAt, deliverAt: at, acceptBy: null };
  const by = { customerId, changedBy: 'kitchen', changedByRole: 'staff' };
  return [
    milestone === 'READY'
      ? { ...common, ...by, eventId: eventIdNext(), eventType: 'ORDER_READY' }
      : { ...common, ...due, eventId: eventIdNext(), eventType: 'ORDER_DUE' },
    { ...common, milestone, eventId: eventIdNext(), eventType: 'ORDER_MILESTONE' },
  ];
}

/** INVENTORY_UPDATE of one item. */
export function level({
  itemId,
  itemName = `Item ${itemId.slice(-1)}`,
  quantity,
  threshold = 10,
  price = 950,
  version,
  at = new Date(base),
  reason = 'ADJUSTED',
  eventId = eventIdNext(),
}: {
  itemId: string;
  itemName?: string;
  quantity: number;
  threshold?: number;
  price?: number;
  version: number;
  at?: Date;
  reason?: MessageOf<'INVENTORY_UPDATE'>['reason'];
  eventId?: string;
}): MessageOf<'INVENTORY_UPDATE'> {
  return {
    eventId: eventId as EventId,
    eventType: 'INVENTORY_UPDATE',
    occurredAt: at,
    aggregateId: itemId as ItemId,
    aggregateVersion: version,
    itemName,
    category: 'dish',
    unit: 'piece',
    delta: 0,
    quantity,
    threshold,
    price,
    reason,
    orderId: null,
    short: 0,
    shortDelta: 0,
    writtenOff: 0,
    unavailableUntil: null,
  };
}
