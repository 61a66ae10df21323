/** The schemas of the inventory API: request bodies, queries, headers and replies. */
import {
  IdempotencyKey,
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
import { QUANTITY_MAX } from '../domain/item.ts';

const line = (description: string) => LineText({ lengthMax: 255, description });
export const units = (minimum: number, description: string) =>
  Type.Integer({ minimum, maximum: QUANTITY_MAX, description });

export const details = {
  itemName: line('Name, unique: case, blanks and invisible characters make no difference'),
  threshold: units(0, 'LOW_STOCK is raised when the quantity falls below it'),
  unit: line('What one unit is, for example "piece" or "kg"'),
  price: Money,
  category: line('Category'),
};

export const Item = Type.Object({
  id: Uuid,
  itemName: Type.String(),
  quantity: Type.Integer({ minimum: 0, description: 'Units that can be ordered' }),
  onHand: Type.Integer({ minimum: 0, description: 'Units on the shelf: quantity + reserved - short' }),
  reserved: Type.Integer({
    minimum: 0,
    description: 'Units promised to orders and still on the shelf, until cooking begins',
  }),
  short: Type.Integer({
    minimum: 0,
    description: 'Promised units that a count did not find; 0 unless it found too few',
  }),
  threshold: Type.Integer({ minimum: 0 }),
  unit: Type.String(),
  price: Money,
  category: Type.String(),
  available: Type.Boolean({ description: 'false: staff have switched it off, and an order for it is refused' }),
  availableFrom: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'When it can be ordered again; absent if it is available, or if that is not known',
    }),
  ),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Item = Static<typeof Item>;
export const ItemList = ListOf(Item);
export const Removed = Type.Null({ description: 'The item is deleted' });
export const ItemParams = Type.Object({ id: Uuid });

export const ItemListQuery = Type.Object({
  ...ListQuery.properties,
  category: Type.Optional(
    Type.Array(line('A category'), {
      minItems: 1,
      maxItems: 50,
      description: 'Only items of this category; several: `category=Pizza&category=Pasta`',
    }),
  ),
  lowStock: Type.Optional(
    Type.Boolean({ description: 'true: only items below their threshold; false: only the others' }),
  ),
  outOfStock: Type.Optional(
    Type.Boolean({ description: 'true: only items of which nothing can be ordered; false: only the others' }),
  ),
  q: Type.Optional(
    line('Only items whose name contains this text; case, blanks and invisible characters make no difference'),
  ),
});

export const CreateItemBody = Type.Object({
  ...details,
  quantity: Type.Optional(units(0, 'Initial units in stock; 0 unless given')),
  threshold: Type.Optional(units(0, 'LOW_STOCK is raised when the quantity falls below it; 10 unless given')),
});
export const ChangeItemBody = Type.Partial(Type.Object(details), {
  minProperties: 1,
  description: 'The fields to change. The quantity changes only by restocks, adjustments, counts and orders.',
});

export const RestockBody = Type.Object({ quantity: units(1, 'Units that were delivered') });
export const AdjustBody = Type.Object({
  delta: Type.Integer({
    minimum: -QUANTITY_MAX,
    maximum: QUANTITY_MAX,
    description: 'Units to add, or to take when negative; not 0',
  }),
  reason: line('The reason, for the ledger'),
});

export const SwitchOffBody = Type.Object({
  until: Type.Optional(
    Type.String({ format: 'date-time', description: 'When it can be ordered again; absent: when it is switched on' }),
  ),
});

export const CountBody = Type.Object({
  onHand: units(0, 'Units that were counted on the shelf, promised ones included'),
  reason: line('The reason, for the ledger, such as "counted" or "spoiled"'),
});
export const CountReply = Type.Object({
  ...Item.properties,
  promisedTo: Type.Union(
    [
      Type.Object({
        orders: Type.Integer({ minimum: 1, description: 'Orders that wait for units of the item' }),
        orderIds: Type.Array(Uuid, { description: 'The youngest of them; all by GET .../promises' }),
      }),
      Type.Null(),
    ],
    { description: 'The orders among which some cannot be served, as of now; null if nothing is short' },
  ),
});
export const StockPromise = Type.Object({
  orderId: Uuid,
  quantity: Type.Integer({ minimum: 1 }),
  reservedAt: Timestamp,
});
export const PromiseList = ListOf(StockPromise);
export const PromiseListQuery = ListQuery;

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    IdempotencyKey({
      description:
        'Identifies this request: 1 to 255 visible ASCII characters. The same key within a day returns the first reply and changes nothing.',
    }),
  ),
});
const IfMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      maxLength: 1_000,
      description:
        'The ETag of the item that the change is for; 412 when its details have changed. Stock moves do not change the ETag.',
    }),
  ),
});
export const ChangeHeaders = Type.Object({ ...IdempotencyHeaders.properties, ...IfMatchHeaders.properties });

const nullable = (schema: ReturnType<typeof Type.String>) => Type.Union([schema, Type.Null()]);
export const Movement = Type.Object({
  id: Uuid,
  itemId: Uuid,
  delta: Type.Integer({ description: 'Change of the quantity' }),
  shortDelta: Type.Integer({ description: 'Change of what is short; units that come in or back fill it first' }),
  writtenOff: Type.Integer({ description: 'Units of a cancelled order that do not come back' }),
  quantityAfter: Type.Integer({ minimum: 0 }),
  reason: Type.String({
    examples: [
      'CREATED',
      'RESERVED',
      'RELEASED',
      'RESTOCKED',
      'ADJUSTED',
      'DELETED',
      'RECONCILED',
      'COUNTED',
      'WRITTEN_OFF',
    ],
  }),
  orderId: nullable(
    Type.String({ description: 'The order that reserved or released the stock, or whose stock was written off' }),
  ),
  note: nullable(Type.String()),
  changedBy: Type.String({ description: 'Id of a caller, or the name of a service' }),
  at: Timestamp,
  version: Type.Integer({ minimum: 1, description: 'Version of the item after the movement' }),
});
export type Movement = Static<typeof Movement>;
export const MovementList = ListOf(Movement);
export const MovementListQuery = ListQuery;

export const ReserveBody = Type.Object({
  reservations: Type.Array(
    Type.Object({
      orderId: Uuid,
      lines: Type.Array(Type.Object({ itemId: Uuid, quantity: units(1, 'Units') }), { minItems: 1, maxItems: 1_000 }),
      totalMax: Type.Optional(Money),
      expectedTotal: Type.Optional(Money),
    }),
    { minItems: 1, maxItems: 1_000 },
  ),
});
// One schema with optional fields: for a union, the serializer would have to try its schemas one after the other.
const ReserveResult = Type.Object({
  orderId: Uuid,
  outcome: Type.Enum([
    'RESERVED',
    'INSUFFICIENT_STOCK',
    'ITEM_UNAVAILABLE',
    'UNKNOWN_ITEM',
    'PRICE_CHANGED',
    'TOTAL_TOO_LARGE',
    'CONFLICT',
  ]),
  attempt: Type.Optional(Type.Integer({ minimum: 1 })),
  lines: Type.Optional(
    Type.Array(Type.Object({ itemId: Uuid, itemName: Type.String(), quantity: Type.Integer(), unitPrice: Money })),
  ),
  shortages: Type.Optional(
    Type.Array(Type.Object({ itemId: Uuid, requested: Type.Integer(), available: Type.Integer() })),
  ),
  itemIds: Type.Optional(Type.Array(Uuid)),
  items: Type.Optional(
    Type.Array(Type.Object({ itemId: Uuid, itemName: Type.String(), until: Type.Union([Type.String(), Type.Null()]) })),
  ),
  total: Type.Optional(Money),
});
export type ReserveResult = Static<typeof ReserveResult>;
export const ReserveReply = Type.Object({ results: Type.Array(ReserveResult) });

export const ReleaseBody = Type.Object({
  orders: Type.Array(
    Type.Object({
      orderId: Uuid,
      changedBy: Type.String({ minLength: 1, maxLength: 1_000, description: 'Who cancelled the order' }),
      reason: Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()], { description: 'Why' }),
      restock: Type.Optional(
        Type.Boolean({ description: 'Whether the stock comes back; true unless given. false: it is written off' }),
      ),
      soldOutItemIds: Type.Optional(
        Type.Array(Uuid, { maxItems: 1_000, description: 'Items that are sold out: their quantity becomes 0' }),
      ),
    }),
    { minItems: 1, maxItems: 1_000 },
  ),
});
export const ReleaseReply = Type.Object({
  results: Type.Array(
    Type.Object({ orderId: Uuid, changed: Type.Boolean({ description: 'Its reservation ended by this call' }) }),
  ),
});

nameSchemas({
  Item,
  ItemList,
  Movement,
  MovementList,
  CreateItem: CreateItemBody,
  ChangeItem: ChangeItemBody,
  Restock: RestockBody,
  Adjust: AdjustBody,
  SwitchOff: SwitchOffBody,
  Count: CountBody,
  CountedItem: CountReply,
  StockPromise,
  StockPromiseList: PromiseList,
});
