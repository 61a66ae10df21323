// Lines of orders, as the tests need them: one place that names all fields of a line.

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { ItemId } from '@oms/contracts';
import type { OrderLine } from '../src/domain/order.ts';
import type { WantedLine } from '../src/domain/placement.ts';

const text = fc.string({ minLength: 1, maxLength: 20 });
const cents = fc.nat(9_999_999_999);

export const anyOrderLine: fc.Arbitrary<OrderLine> = fc.record({
  itemId: fc.uuid() as fc.Arbitrary<ItemId>,
  itemName: text,
  quantity: fc.integer({ min: 1, max: 10_000 }),
  note: fc.option(text, { nil: null }),
  unitPriceCents: cents,
  lineTotalCents: cents,
});

export function orderLine(changes: Partial<OrderLine> = {}): OrderLine {
  return {
    itemId: randomUUID() as string as ItemId,
    itemName: 'Soup',
    quantity: 1,
    note: null,
    unitPriceCents: 5,
    lineTotalCents: 5,
    ...changes,
  };
}

export function wantedLine(itemId: ItemId, quantity: number, note: string | null = null): WantedLine {
  return { itemId, quantity, note };
}
