/** What counts as a discrepancy of an item, and who repairs it. */
import { expect, test } from 'vitest';
import { examineItem } from '../src/reconciliation/discrepancies.ts';
import { noDifferences } from '../src/reconciliation/repair-decisions.ts';
import { at, createModel } from './reconciliation-model.ts';
import { orderId, other, pizza } from './stock-fixture.ts';

const nothing = { quantity: 0, reserved: 0, short: 0, ledgerSum: 0, ledgerShort: 0, open: 0 };

test('an item without a row needs a person, unless nothing is left of it', () => {
  const gone = { itemId: pizza, itemName: null, ...nothing, ...noDifferences };
  expect(examineItem(gone)).toEqual([]);
  expect(examineItem({ ...gone, ledgerSum: 4 })).toMatchObject([{ kind: 'ITEM_MISSING', needsPerson: true }]);
  expect(examineItem({ ...gone, open: 1 })).toMatchObject([{ kind: 'ITEM_MISSING', needsPerson: true }]);
});

test('an item is short of what its ledger says, as far as that many are promised', () => {
  const item = { itemId: pizza, itemName: 'Margherita', ...nothing, ...noDifferences, reserved: 5, open: 5 };
  const found = (over: Partial<typeof item>) =>
    examineItem({ ...item, ...over }).map(({ kind, found: is, expected }) => [kind, is, expected]);
  expect(found({ short: 3, ledgerShort: 3 })).toEqual([]);
  expect(found({ short: 1, ledgerShort: 3, shortExcess: -2 })).toEqual([['ITEM_SHORT', '1', '3']]);
  expect(found({ short: 7, ledgerShort: 7 })).toEqual([['ITEM_SHORT', '7', '5']]);
});

test('after a restore, what an item is short of is kept until all reservations are restored', () => {
  const model = createModel();
  model.put(pizza, 'Margherita', 10);
  model.place(orderId, [[pizza, 2]]);
  model.place(other, [[pizza, 3]]);
  model.move(orderId, 'PREPARING', false);
  const idempotency = { callerId: 'staff', key: 'evening', requestHash: '' };
  model.act({ type: 'Count', itemId: pizza, onHand: 2, note: 'counted', by: 'staff', at, idempotency });
  model.stock.reservations.delete(other);
  model.damage(pizza, { reserved: 2 });
  expect(model.reconcile().found.map(({ kind }) => kind)).toEqual(['RESERVATION_STATE', 'RESERVATION_MISSING', 'ORDER_LEDGER']); // prettier-ignore
  expect(model.stock.items.get(pizza)).toMatchObject({ quantity: 0, reserved: 3, short: 3 });
  expect(model.reconcile().found).toEqual([]);
});
