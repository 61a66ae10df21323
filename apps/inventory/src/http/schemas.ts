/** The shapes of the inventory API: what may be sent, and what comes back. */
import { ListOf, ListQuery, Money, Timestamp, Type, Uuid, type Static } from '@oms/service-kit';
import { QUANTITY_MAX } from '../domain/item.ts';

/** One line of text that people can read: no control characters, no half of a surrogate pair, not only blanks. */
const line = (description: string) =>
  Type.String({ minLength: 1, maxLength: 255, pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]+$', description });
const units = (minimum: number, description: string) => Type.Integer({ minimum, maximum: QUANTITY_MAX, description });

const particulars = {
  itemName: line('Name, unique'),
  threshold: units(0, 'LOW_STOCK is told when the quantity falls below it'),
  unit: line('What one unit is, such as "piece" or "kg"'),
  price: Money,
  category: line('Category'),
};

export const Item = Type.Object({
  id: Uuid,
  itemName: Type.String(),
  quantity: Type.Integer({ minimum: 0, description: 'Units that can be ordered' }),
  threshold: Type.Integer({ minimum: 0 }),
  unit: Type.String(),
  price: Money,
  category: Type.String(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Item = Static<typeof Item>;
export const ItemList = ListOf(Item);
export const Unchanged = Type.Null({ description: 'The item is as the caller knows it' });
export const Removed = Type.Null({ description: 'The item is gone' });
export const ItemParams = Type.Object({ id: Uuid });

// A name of 255 characters makes a cursor longer than the usual ones.
const cursor = Type.Optional(
  Type.String({ minLength: 1, maxLength: 2_048, description: '`nextCursor` of the page before' }),
);
export const ItemListQuery = Type.Object({
  ...ListQuery.properties,
  cursor,
  category: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'Only items of this category' })),
  lowStock: Type.Optional(
    Type.Boolean({ description: 'true: only items below their threshold; false: only the others' }),
  ),
  q: Type.Optional(
    Type.String({ minLength: 1, maxLength: 255, description: 'Only items with this in their name, in any case' }),
  ),
});

export const CreateItemBody = Type.Object({
  ...particulars,
  quantity: Type.Optional(units(0, 'Units in stock at the beginning; 0 unless given')),
  threshold: Type.Optional(units(0, 'LOW_STOCK is told when the quantity falls below it; 10 unless given')),
});
export const ChangeItemBody = Type.Partial(Type.Object(particulars), {
  minProperties: 1,
  description: 'What is to change. The quantity changes by restocking, by adjustments and by orders only.',
});

export const RestockBody = Type.Object({ quantity: units(1, 'Units that came in') });
export const AdjustBody = Type.Object({
  delta: Type.Integer({
    minimum: -QUANTITY_MAX,
    maximum: QUANTITY_MAX,
    description: 'Units to add, or to take when negative; not 0',
  }),
  reason: line('Why, for the ledger'),
});

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description:
        'Names this wish: 1 to 255 visible ASCII characters. Sent again within a day, it is not carried out again.',
    }),
  ),
});
export const IfMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({ maxLength: 1_000, description: 'The ETag the change is meant for; 412 when the item has changed' }),
  ),
});
export const IfNoneMatchHeaders = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({ maxLength: 1_000, description: 'The ETag the caller has; 304 when it is still the newest' }),
  ),
});

const nullable = (schema: ReturnType<typeof Type.String>) => Type.Union([schema, Type.Null()]);
export const Movement = Type.Object({
  id: Uuid,
  itemId: Uuid,
  delta: Type.Integer({ description: 'Units added, or taken when negative' }),
  quantityAfter: Type.Integer({ minimum: 0 }),
  reason: Type.String({
    examples: ['CREATED', 'RESERVED', 'RELEASED', 'RESTOCKED', 'ADJUSTED', 'DELETED', 'RECONCILED'],
  }),
  orderId: nullable(Type.String({ description: 'The order that took or gave back the stock' })),
  note: nullable(Type.String()),
  changedBy: Type.String({ description: 'Id of a caller, or the name of a service' }),
  at: Timestamp,
  version: Type.Integer({ minimum: 1, description: 'Version of the item after the movement' }),
});
export const MovementList = ListOf(Movement);
export const MovementListQuery = ListQuery;

export const ReserveBody = Type.Object({
  reservations: Type.Array(
    Type.Object({
      orderId: Uuid,
      lines: Type.Array(Type.Object({ itemId: Uuid, quantity: units(1, 'Units') }), { minItems: 1, maxItems: 1_000 }),
      totalMax: Type.Optional(Money),
    }),
    { minItems: 1, maxItems: 1_000 },
  ),
});
// One shape with optional members, as the serializer would have to try the shapes of a union one after the other.
export const ReserveReply = Type.Object({
  results: Type.Array(
    Type.Object({
      orderId: Uuid,
      outcome: Type.Enum(['RESERVED', 'INSUFFICIENT_STOCK', 'UNKNOWN_ITEM', 'TOTAL_TOO_LARGE', 'CONFLICT']),
      attempt: Type.Optional(Type.Integer({ minimum: 1 })),
      lines: Type.Optional(
        Type.Array(Type.Object({ itemId: Uuid, itemName: Type.String(), quantity: Type.Integer(), unitPrice: Money })),
      ),
      shortages: Type.Optional(
        Type.Array(Type.Object({ itemId: Uuid, requested: Type.Integer(), available: Type.Integer() })),
      ),
      itemIds: Type.Optional(Type.Array(Uuid)),
    }),
  ),
});
