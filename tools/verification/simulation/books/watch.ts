// Rules that hold at every commit, looked at in its very moment: no stock below zero, no order without its hold, no hold given back under an order.

import type { Row } from '../postgres/database.ts';
import type { House } from '../services/house.ts';
import type { World } from '../world/world.ts';

export function watchCommits(world: World, house: House): void {
  const order = house.databases.get('order')!;
  const inventory = house.databases.get('inventory')!;
  const reservations = new Map<string, Row>();
  const orders = new Map<string, Row>();
  const alarm = (what: string, id: string) => void world.alarms.push({ what, about: [id] });

  inventory.onCommit((table, _before, after) => {
    if (!after) return;
    if (table === 'inventory' && ((after['quantity'] as number) < 0 || (after['reserved'] as number) < 0)) {
      alarm(
        `1: item ${String(after['id'])} has ${String(after['quantity'])} and ${String(after['reserved'])} reserved`,
        after['id'] as string,
      );
    }
    if (table !== 'reservations') return;
    const id = after['orderId'] as string;
    reservations.set(id, after);
    const placed = orders.get(id);
    if (after['state'] === 'RELEASED' && placed && placed['status'] !== 'CANCELLED') {
      alarm(`2: the stock of order ${id} was given back while it is ${String(placed['status'])}`, id);
    }
    if (after['state'] === 'SOLD' && placed?.['status'] !== 'DELIVERED')
      alarm(`2: the stock of order ${id} was sold before it was delivered`, id);
  });
  order.onCommit((table, before, after) => {
    if (table !== 'orders' || !after) return;
    const id = after['id'] as string;
    orders.set(id, after);
    if (before && (after['version'] as number) <= (before['version'] as number)) {
      alarm(`3: order ${id} went from version ${String(before['version'])} to ${String(after['version'])}`, id);
    }
    const state = reservations.get(id)?.['state'] as string | undefined;
    if (!before && state !== 'HELD' && state !== 'CONFIRMED')
      alarm(`2: order ${id} was placed while its reservation is ${state ?? 'missing'}`, id);
  });
}
