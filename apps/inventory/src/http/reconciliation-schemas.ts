/** The schemas of a reconciliation: what to compare, and what was found. The API keeps its first names `findings` and `underWay` for discrepancies and orders in flight. */
import { nameSchemas, Timestamp, Type, Uuid, type Static } from '@oms/service-kit';
import { discrepancyKinds } from '../reconciliation/discrepancies.ts';

const ids = (of: string) =>
  Type.Optional(Type.Array(Uuid, { maxItems: 1_000, description: `Only these ${of}; all unless ids are given` }));

export const ReconcileBody = Type.Object({
  fix: Type.Optional(Type.Boolean({ description: 'true: repair what can be repaired; otherwise only report' })),
  orderIds: ids('orders'),
  itemIds: ids('items, and the orders whose movements of them do not add up'),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: '`nextCursor` of the call before; leave it out to start from the beginning',
    }),
  ),
});

const count = (description: string) => Type.Integer({ minimum: 0, description });
export const ReconcileReply = Type.Object({
  findings: Type.Array(
    Type.Object({
      kind: Type.Enum([...discrepancyKinds]),
      itemId: Type.Optional(Uuid),
      orderId: Type.Optional(Uuid),
      found: Type.String({ description: 'What the database has' }),
      expected: Type.String({ description: 'What it ought to have' }),
      explanation: Type.String(),
      remedy: Type.String({ description: 'What `fix` does, or what a person has to do' }),
      fixed: Type.Boolean({ description: 'It is repaired' }),
    }),
  ),
  counts: Type.Object({
    found: count('Discrepancies'),
    fixed: count('Discrepancies that are repaired'),
    left: count('Discrepancies that are not repaired'),
    underWay: count('Orders with events that have not arrived yet, which cannot be compared now'),
  }),
  checked: Type.Object({ orders: count('Orders compared'), items: count('Items compared') }),
  asOf: Timestamp,
  nextCursor: Type.Union([Type.String({ description: 'Send it to continue; null at the end' }), Type.Null()]),
});
export type ReconcileReply = Static<typeof ReconcileReply>;

nameSchemas({ Reconcile: ReconcileBody, ReconcileReport: ReconcileReply });
