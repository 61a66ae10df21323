/** The shapes of a reconciliation: what to look at, and what was found. */
import { Timestamp, Type, Uuid } from '@oms/service-kit';
import { findingKinds } from '../reconciliation/discrepancies.ts';

const ids = (of: string) =>
  Type.Optional(Type.Array(Uuid, { maxItems: 1_000, description: `Only these ${of}; all unless ids are given` }));

export const ReconcileBody = Type.Object({
  fix: Type.Optional(Type.Boolean({ description: 'Repair what can be repaired; only look unless true' })),
  orderIds: ids('orders'),
  itemIds: ids('items, and the orders whose movements of them do not add up'),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: '`nextCursor` of the stretch before; left out, it begins anew',
    }),
  ),
});

const count = (description: string) => Type.Integer({ minimum: 0, description });
export const ReconcileReply = Type.Object({
  findings: Type.Array(
    Type.Object({
      kind: Type.Enum([...findingKinds]),
      itemId: Type.Optional(Uuid),
      orderId: Type.Optional(Uuid),
      found: Type.String({ description: 'What is written' }),
      expected: Type.String({ description: 'What ought to be' }),
      explanation: Type.String(),
      remedy: Type.String({ description: 'What `fix` does, or what a person has to do' }),
      fixed: Type.Boolean({ description: 'It is right now' }),
    }),
  ),
  counts: Type.Object({
    found: count('Findings'),
    fixed: count('Findings that are right now'),
    left: count('Findings that are not'),
    underWay: count('Orders whose news is not all here yet, so that nothing can be said of them'),
  }),
  checked: Type.Object({ orders: count('Orders looked at'), items: count('Items looked at') }),
  asOf: Timestamp,
  nextCursor: Type.Union([Type.String({ description: 'Ask again with it to go on; null at the end' }), Type.Null()]),
});
