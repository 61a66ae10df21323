/** The shapes of the order API: what may be sent, and what comes back. */

import { ListOf, ListQuery, Money, Timestamp, Type, Uuid, type Static } from '@oms/service-kit';
import { cancelReasons, orderStatuses } from '../domain/order.ts';

const versionMax = 2_147_483_647;

const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
const status = (description: string) => Type.Enum([...orderStatuses], { description });
const nullable = (schema: ReturnType<typeof Type.String> | ReturnType<typeof status>) =>
  Type.Union([schema, Type.Null()]);

const DeliveryAddress = Type.Object({
  line1: text(200, 'Street and number'),
  line2: Type.Optional(text(200, 'Floor, flat, company')),
  city: text(100, 'City'),
  postalCode: text(20, 'Postal code'),
  country: text(60, 'Country'),
  instructions: Type.Optional(text(500, 'What the courier should know')),
});

export const PlaceOrderBody = Type.Object({
  items: Type.Array(
    Type.Object({ itemId: Uuid, quantity: Type.Integer({ minimum: 1, maximum: 1_000, description: 'Units' }) }),
    { minItems: 1, maxItems: 100, description: 'What is wanted; the same item twice is added up, to at most 10,000' },
  ),
  deliveryAddress: DeliveryAddress,
});

export const PlaceOrderHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description: 'Names this wish: 1 to 255 visible ASCII characters. Sent again, it never makes a second order.',
    }),
  ),
});

export const IfMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({ maxLength: 1_000, description: 'The ETag the change is meant for; 412 when the order has moved on' }),
  ),
});

export const IfNoneMatchHeaders = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({ maxLength: 1_000, description: 'The ETag the caller has; 304 when it is still the newest' }),
  ),
});

export const Order = Type.Object({
  id: Uuid,
  customerId: Uuid,
  status: status('Where the order stands'),
  totalAmount: Money,
  items: Type.Array(
    Type.Object({
      itemId: Uuid,
      itemName: Type.String(),
      quantity: Type.Integer({ minimum: 1 }),
      unitPrice: Money,
      lineTotal: Money,
    }),
  ),
  deliveryAddress: DeliveryAddress,
  promisedDeliveryAt: Type.Union([Timestamp, Type.Null()], {
    description: 'When it was promised to be delivered by; null when no time was promised',
  }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: Type.Integer({ minimum: 1, description: '1 when placed, and 1 more for each change' }),
});

export const NothingNew = Type.Null({ description: 'The caller has the newest version' });

export const OrderList = ListOf(Order);

export const NoQuery = Type.Object({});

export const OrderParams = Type.Object({ id: Uuid });

export const OrderQuery = Type.Object({
  waitFor: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: versionMax,
      description: 'Wait, at most 10 s, for the order to have this version',
    }),
  ),
});

export const OrderListQuery = Type.Object({
  ...ListQuery.properties,
  customerId: Type.Optional(Uuid),
  status: Type.Optional(status('Only orders that stand here')),
  createdFrom: Type.Optional(Type.String({ format: 'date-time', description: 'Only orders placed then or later' })),
  createdTo: Type.Optional(Type.String({ format: 'date-time', description: 'Only orders placed before then' })),
});
export type OrderListQuery = Static<typeof OrderListQuery>;

export const HistoryQuery = ListQuery;

export const Change = Type.Object({
  version: Type.Integer({ minimum: 1, description: 'Version of the order after the change' }),
  from: nullable(status('Status before; null for the placement')),
  to: status('Status after'),
  at: Timestamp,
  by: Type.String({ description: 'Who made the change' }),
  byRole: Type.String({ description: 'As what they made it' }),
  reason: nullable(Type.String({ description: 'Why the order was cancelled' })),
  note: nullable(Type.String()),
});

export const ChangeList = ListOf(Change);

export const ChangeStatusBody = Type.Object({ status: status('The step to take') });

export const CancelBody = Type.Object({
  reason: Type.Enum([...cancelReasons], { description: 'Why' }),
  note: Type.Optional(text(500, 'In words')),
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
  status: status('Where the order stands'),
  version: Type.Integer({ minimum: 1 }),
  attempt: Type.Union([Type.Integer({ minimum: 1, description: 'The attempt that placed it' }), Type.Null()]),
  eventId: Type.Union([
    Type.String({ description: 'The message on order-events that told of this version' }),
    Type.Null(),
  ]),
  lines: Type.Array(
    Type.Object({ itemId: Uuid, itemName: Type.String(), quantity: Type.Integer({ minimum: 1 }), unitPrice: Money }),
  ),
};
const told = Type.Boolean({ description: 'Kafka has all that the order had to say on order-events' });

export const OrderStatesBody = Type.Object({ orderIds: Type.Array(Uuid, { minItems: 1, maxItems: 1_000 }) });
export const OrderStatesReply = Type.Object({ results: Type.Array(Type.Object({ ...orderState, told })) });
export const OrderStatesPageBody = Type.Object({
  after: Type.Optional(Uuid),
  limit: Type.Integer({ minimum: 1, maximum: 1_000 }),
});
export const OrderStatesPageReply = Type.Object({ results: Type.Array(Type.Object(orderState)) });
