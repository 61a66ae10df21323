// Everybody outside the house, and what they were told: the only witnesses beside the tables.

import type { ItemId, OrderId } from '@oms/contracts';
import { request, type Answer } from '../services/calls.ts';
import type { House } from '../services/house.ts';
import type { Service, World } from '../world/world.ts';

/** What customers and staff were told, by what they asked for. */
export type Told = {
  /** The reply to each order that was placed. */
  orders: Map<OrderId, string>;
  /** The item in the reply to each numbered wish for stock. */
  stock: Map<string, string>;
  /** Orders that the people know of, for whoever works on them. */
  known: OrderId[];
};

export type People = {
  world: World;
  house: House;
  told: Told;
  items: ItemId[];
  /** Asks one of a service's replicas; null when there was no answer. */
  ask(service: Service, path: string, body: unknown): Promise<Answer | null>;
  pause(ms: number): Promise<void>;
  alarm(what: string, ...about: string[]): void;
};

export function createPeople(world: World, house: House): People {
  return {
    ...{ world, house, told: { orders: new Map(), stock: new Map(), known: [] }, items: [] },
    ask: (service, path, body) =>
      request(world, { from: null, to: () => house.replicas(service), path, body, timeoutMs: 12_000 }),
    pause: (ms) => new Promise((resolve) => world.scheduler.after(ms, null, resolve)),
    alarm: (what, ...about) => void world.alarms.push({ what, about }),
  };
}

export function codeOf(answer: Answer): string {
  return (answer.body as { code?: string } | null)?.code ?? '';
}
