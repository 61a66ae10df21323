/** The schemas of the order API: request bodies, queries, headers and replies. */

import {
  IdempotencyKey,
  LinesText,
  LineText,
  ListOf,
  ListQuery,
  Money,
  nameSchemas,
  Timestamp,
  Type,
  Uuid,
  type Static,
} from '@oms/service-kit';
import { cancelReasons, orderStatuses } from '../domain/order.ts';
import { milestones } from '../domain/milestones.ts';
import { noteLengthMax } from '../domain/placement.ts';

const versionMax = 2_147_483_647;

const line = (lengthMax: number, description: string) => LineText({ lengthMax, description });
const lines = (lengthMax: number, description: string) => LinesText({ lengthMax, description });
const status = (description: string) => Type.Enum([...orderStatuses], { description });
const nullable = (schema: ReturnType<typeof Type.String> | ReturnType<typeof status>) =>
  Type.Union([schema, Type.Null()]);

const nullableTime = (description: string) => Type.Union([Timestamp, Type.Null()], { description });

const NewDeliveryAddress = Type.Object({
  line1: line(200, 'Street and number'),
  line2: Type.Optional(line(200, 'Floor, flat, company')),
  city: line(100, 'City'),
  postalCode: line(20, 'Postal code'),
  // Checked by the command, after the key: the request of an order that an earlier release accepted with another text may be repeated.
  country: line(60, 'Code of the country, such as PT: ISO 3166-1 alpha-2, in upper case'),
  instructions: Type.Optional(lines(500, 'Instructions for the courier; may have line breaks')),
});

export const PlaceOrderBody = Type.Object({
  items: Type.Array(
    Type.Object({
      itemId: Uuid,
      quantity: Type.Integer({ minimum: 1, maximum: 1_000, description: 'Units' }),
      note: Type.Optional(lines(noteLengthMax, 'What the kitchen should know of this line')),
    }),
    {
      minItems: 1,
      maxItems: 100,
      description:
        'Items to order. Lines of the same item are added up, to at most 10,000 units; their notes are joined',
    },
  ),
  deliveryAddress: NewDeliveryAddress,
  expectedTotal: Type.Optional({
    ...Money,
    description:
      'The total that the customer saw. If the order comes to another one, nothing is reserved, and the answer is 409 PRICE_CHANGED with `lines` and `total` of now',
  }),
  deliverAt: Type.Optional(
    Type.String({
      format: 'date-time',
      description:
        'Schedules the order: when it shall be delivered, at most 14 days ahead. Its stock is reserved at once',
    }),
  ),
  customerId: Type.Optional({
    ...Uuid,
    description: 'For staff: the customer for whom the order is placed, such as one on the phone',
  }),
});

export const PlaceOrderHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    IdempotencyKey({
      description:
        'Names this request: 1 to 255 visible ASCII characters. A repeated request with the same key never places a second order.',
    }),
  ),
});

export const IfMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      maxLength: 1_000,
      description: 'The ETag of the version to change; 412 if the order has another version',
    }),
  ),
});

export const IfNoneMatchHeaders = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({ maxLength: 1_000, description: 'The ETag that the client has; 304 if it is still the newest' }),
  ),
});

/** As it was accepted: an order of an earlier release may have text that is refused today. */
const DeliveryAddress = Type.Object({
  line1: Type.String({ description: 'Street and number' }),
  line2: Type.Optional(Type.String({ description: 'Floor, flat, company' })),
  city: Type.String({ description: 'City' }),
  postalCode: Type.String({ description: 'Postal code' }),
  country: Type.String({
    description: 'Code of the country (ISO 3166-1 alpha-2); orders of earlier releases may have another text',
  }),
  instructions: Type.Optional(Type.String({ description: 'Instructions for the courier' })),
});

export const Order = Type.Object({
  id: Uuid,
  customerId: Uuid,
  status: status('Current status'),
  totalAmount: Money,
  items: Type.Array(
    Type.Object({
      itemId: Uuid,
      itemName: Type.String(),
      quantity: Type.Integer({ minimum: 1 }),
      note: nullable(Type.String({ description: 'What the kitchen should know of this line' })),
      unitPrice: Money,
      lineTotal: Money,
    }),
  ),
  deliveryAddress: DeliveryAddress,
  promisedDeliveryAt: Type.Union([Timestamp, Type.Null()], {
    description: 'The promised delivery time; null if no time was promised',
  }),
  deliverAt: Type.Union([Timestamp, Type.Null()], {
    description: 'The time for which the order was scheduled; null: as soon as possible',
  }),
  dueAt: nullableTime('When a scheduled order is shown to the kitchen; null: at once'),
  acceptBy: nullableTime(
    'It is cancelled as NOT_ACCEPTED if the kitchen has not accepted it by then; null: it may wait',
  ),
  acceptedAt: nullableTime('When the kitchen accepted it (PREPARING)'),
  readyAt: nullableTime('When the kitchen finished it; an order may leave without that'),
  pickedUpAt: nullableTime('When the courier left with it (OUT_FOR_DELIVERY)'),
  deliveredAt: nullableTime('When it was delivered'),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: Type.Integer({ minimum: 1, description: '1 when placed; each change adds 1' }),
});

export const NotModified = Type.Null({ description: 'The client has the newest version' });

export const OrderList = ListOf(Order);

export const NoQuery = Type.Object({});

export const OrderParams = Type.Object({ id: Uuid });

export const OrderQuery = Type.Object({
  waitFor: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: versionMax,
      description: 'Wait until the order has this version, at most 10 s',
    }),
  ),
});

export const OrderListQuery = Type.Object({
  ...ListQuery.properties,
  customerId: Type.Optional(Uuid),
  status: Type.Optional(
    Type.Array(status('A status'), {
      minItems: 1,
      maxItems: 20,
      description: 'Only orders with this status; several: `status=PENDING&status=PREPARING`',
    }),
  ),
  stuck: Type.Optional(
    Type.Boolean({
      description:
        'For staff: only orders whose step, message, reservation or promise is overdue, as found every 30 s; false: only the others',
    }),
  ),
  order: Type.Enum(['newest', 'oldest'], { default: 'newest', description: 'Which orders come first' }),
  createdFrom: Type.Optional(
    Type.String({ format: 'date-time', description: 'Only orders placed at this time or later' }),
  ),
  createdTo: Type.Optional(Type.String({ format: 'date-time', description: 'Only orders placed before this time' })),
});
export type OrderListQuery = Static<typeof OrderListQuery>;

export const HistoryQuery = ListQuery;

export const Change = Type.Object({
  version: Type.Integer({ minimum: 1, description: 'Version of the order after the change' }),
  from: nullable(status('Status before; null for the placement')),
  to: status('Status after'),
  milestone: Type.Union([Type.Enum([...milestones]), Type.Null()], {
    description:
      'A change without a new status. READY: the kitchen has finished the order. DUE: the kitchen begins with a scheduled order',
  }),
  at: Timestamp,
  by: Type.String({ description: 'Id of the user or service that made the change' }),
  byRole: Type.String({ description: 'Role in which they made it' }),
  reason: nullable(Type.String({ description: 'Why the order was cancelled' })),
  note: nullable(Type.String({ description: 'A remark on the cancellation' })),
  restock: Type.Union([Type.Boolean(), Type.Null()], {
    description:
      'Of a cancellation: whether its stock could be sold again; null if it is none, or if an earlier release made it',
  }),
  soldOutItemIds: Type.Union([Type.Array(Uuid), Type.Null()], {
    description: 'Of a cancellation: the items that were out',
  }),
});

export const ChangeList = ListOf(Change);

export const ChangeStatusBody = Type.Object({ status: status('The new status') });

export const CancelBody = Type.Object({
  reason: Type.Enum([...cancelReasons], {
    description:
      'Why the order is cancelled. Customers: CUSTOMER. From OUT_FOR_DELIVERY: NO_SHOW, ADDRESS_NOT_FOUND or REFUSED; before: the others',
  }),
  note: Type.Optional(lines(500, 'A remark; may have line breaks')),
  restock: Type.Optional(
    Type.Boolean({
      description:
        'Whether the stock can be sold again; otherwise it is written off. By default true while the order is PENDING and the reason is not SOLD_OUT. For staff',
    }),
  ),
  items: Type.Optional(
    Type.Array(Uuid, {
      minItems: 1,
      maxItems: 100,
      description: 'With SOLD_OUT: ids of the items of the order that are out; their stock becomes 0',
    }),
  ),
});

export const ResolveBody = Type.Object({
  placements: Type.Array(Type.Object({ orderId: Uuid, attempt: Type.Integer({ minimum: 1, maximum: versionMax }) }), {
    minItems: 1,
    maxItems: 1_000,
  }),
});

export const ResolveReply = Type.Object({
  results: Type.Array(Type.Object({ orderId: Uuid, outcome: Type.Enum(['PLACED', 'ABANDONED']) })),
});

const orderState = {
  orderId: Uuid,
  status: status('Current status'),
  version: Type.Integer({ minimum: 1 }),
  attempt: Type.Union([Type.Integer({ minimum: 1, description: 'The attempt that placed the order' }), Type.Null()]),
  eventId: Type.Union([Type.String({ description: 'Id of the message of this version on order-events' }), Type.Null()]),
  restock: Type.Union([Type.Boolean(), Type.Null()], {
    description: 'Of a cancelled order: its stock can be sold again; null means true',
  }),
  lines: Type.Array(
    Type.Object({ itemId: Uuid, itemName: Type.String(), quantity: Type.Integer({ minimum: 1 }), unitPrice: Money }),
  ),
};
export const OrderState = Type.Object(orderState);
export const PublishedOrderState = Type.Object({
  ...orderState,
  published: Type.Boolean({ description: 'Kafka has all messages of the order on order-events' }),
  told: Type.Boolean({ description: 'Deprecated: the former name of `published`, for one more release' }),
});

export const OrderStatesBody = Type.Object({ orderIds: Type.Array(Uuid, { minItems: 1, maxItems: 1_000 }) });
export const OrderStatesReply = Type.Object({ results: Type.Array(PublishedOrderState) });
export const OrderStatesPageBody = Type.Object({
  after: Type.Optional(Uuid),
  limit: Type.Integer({ minimum: 1, maximum: 1_000 }),
});
export const OrderStatesPageReply = Type.Object({ results: Type.Array(OrderState) });

nameSchemas({
  Order,
  OrderList,
  Change,
  ChangeList,
  DeliveryAddress,
  PlaceOrder: PlaceOrderBody,
  ChangeStatus: ChangeStatusBody,
  CancelOrder: CancelBody,
});
