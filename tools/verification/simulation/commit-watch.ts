// Invariants that hold at every commit, checked right after it: no stock below zero, no order without its hold, no hold released under an order.

import type { Row } from './postgres/describe-row.ts';
import type { System } from './services/system.ts';
import type { World } from './world/world.ts';

export function watchCommits(world: World, { databases }: System): void {
  const reservations = new Map<string, Row>();
  const orders = new Map<string, Row>();

  databases.get('inventory')!.onCommit((table, _before, after) => {
    if (!after) return;
    const [quantity, reserved, short] = ['quantity', 'reserved', 'short'].map((name) => Number(after[name]));
    if (table === 'inventory' && (quantity! < 0 || reserved! < 0 || short! < 0 || short! > reserved!)) {
      const what = `item ${text(after['id'])} has ${quantity} and ${reserved} reserved, and is short of ${short}`;
      world.violate(1, what, text(after['id']));
    }
    if (table !== 'reservations') return;
    const id = text(after['orderId']);
    reservations.set(id, after);
    const order = orders.get(id);
    const state = text(after['state']);
    if ((state === 'RELEASED' || state === 'WRITTEN_OFF') && order && order['status'] !== 'CANCELLED')
      world.violate(2, `the reservation of order ${id} is ${state} while the order is ${text(order['status'])}`, id);
    if (state === 'SOLD' && (!order || order['status'] === 'PENDING'))
      world.violate(2, `the stock of order ${id} was taken before cooking began`, id);
  });

  databases.get('order')!.onCommit((table, before, after) => {
    if (table !== 'orders' || !after) return;
    const id = text(after['id']);
    orders.set(id, after);
    // One commit may hold several changes of an order; that none is missing is checked on its history. A mark keeps the version.
    const isMark = before?.['version'] === after['version'] && before?.['status'] === after['status'];
    if (before && !isMark && Number(after['version']) <= Number(before['version']))
      world.violate(3, `order ${id} went from version ${text(before['version'])} to ${text(after['version'])}`, id);
    const state = reservations.get(id)?.['state'];
    if (!before && state !== 'HELD' && state !== 'CONFIRMED')
      world.violate(2, `order ${id} was placed while its reservation is ${text(state ?? 'missing')}`, id);
  });
}

function text(value: unknown): string {
  return String(value);
}
