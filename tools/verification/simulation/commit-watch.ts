// Invariants that hold at every commit, checked right after it: no stock below zero, no order without its hold, no hold released under an order.

import type { Row } from './postgres/describe-row.ts';
import type { System } from './services/system.ts';
import type { World } from './world/world.ts';

export function watchCommits(world: World, { databases }: System): void {
  const reservations = new Map<string, Row>();
  const orders = new Map<string, Row>();

  databases.get('inventory')!.onCommit((table, _before, after) => {
    if (!after) return;
    if (table === 'inventory' && (Number(after['quantity']) < 0 || Number(after['reserved']) < 0)) {
      const what = `item ${text(after['id'])} has ${text(after['quantity'])} and ${text(after['reserved'])} reserved`;
      world.violate(1, what, text(after['id']));
    }
    if (table !== 'reservations') return;
    const id = text(after['orderId']);
    reservations.set(id, after);
    const order = orders.get(id);
    if (after['state'] === 'RELEASED' && order && order['status'] !== 'CANCELLED')
      world.violate(2, `the stock of order ${id} was released while it is ${text(order['status'])}`, id);
    if (after['state'] === 'SOLD' && order?.['status'] !== 'DELIVERED')
      world.violate(2, `the stock of order ${id} was sold before it was delivered`, id);
  });

  databases.get('order')!.onCommit((table, before, after) => {
    if (table !== 'orders' || !after) return;
    const id = text(after['id']);
    orders.set(id, after);
    // One commit may hold several changes of an order; that none is missing is checked on its history.
    if (before && Number(after['version']) <= Number(before['version']))
      world.violate(3, `order ${id} went from version ${text(before['version'])} to ${text(after['version'])}`, id);
    const state = reservations.get(id)?.['state'];
    if (!before && state !== 'HELD' && state !== 'CONFIRMED')
      world.violate(2, `order ${id} was placed while its reservation is ${text(state ?? 'missing')}`, id);
  });
}

function text(value: unknown): string {
  return String(value);
}
