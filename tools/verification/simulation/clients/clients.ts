// The clients of the system, and the replies they got: what they have seen must agree with the tables in the end.

import type { ItemId, OrderId } from '@oms/contracts';
import { request, type Answer } from '../services/network.ts';
import type { System } from '../services/system.ts';
import type { Service } from '../world/services.ts';
import type { World } from '../world/world.ts';

export type Replies = {
  /** The body of the reply to each order that was placed. */
  orders: Map<OrderId, string>;
  /** The item in the reply to each stock command, by its idempotency key. */
  stock: Map<string, string>;
};

export type Clients = {
  world: World;
  replies: Replies;
  /** Items that are there. */
  items: ItemId[];
  /** Orders that a client has a reply for, in the order of the replies. */
  orderIds: OrderId[];
  /** Users whose only request was refused: nothing may have been changed by them. */
  refusedUsers: Map<string, OrderId>;
  /** Asks one of a service's replicas; null when there was no answer. */
  ask: (service: Service, path: string, body: unknown, isPoison?: boolean) => Promise<Answer | null>;
  pause: (ms: number) => Promise<void>;
};

const timeoutMs = 12_000;

export function createClients(world: World, system: System): Clients {
  return {
    world,
    replies: { orders: new Map(), stock: new Map() },
    items: [],
    orderIds: [],
    refusedUsers: new Map(),
    ask: (service, path, body, isPoison = false) =>
      request(world, { from: null, to: () => system.replicas(service), path, body, timeoutMs, isPoison }),
    pause: (ms) => new Promise((resolve) => void world.scheduler.after(ms, null, resolve)),
  };
}

/** The problem's code, or an empty text. */
export function codeOf(answer: Answer): string {
  return (answer.body as { code?: string } | null)?.code ?? '';
}

/** A user whose change was refused, and who sent it once, has changed nothing. */
export async function checkRefusedUsers(world: World, { refusedUsers }: Clients, system: System): Promise<void> {
  const { rows } = await system.databases
    .get('order')!
    .control.query<{ orderId: string; version: number; changedBy: string }>(
      `SELECT "orderId", version, "changedBy" FROM order_history WHERE "changedBy" = ANY ($1)`,
      [[...refusedUsers.keys()]],
    );
  for (const { orderId, version, changedBy } of rows)
    world.violate(3, `${changedBy} was refused, and version ${version} of order ${orderId} is theirs`, orderId);
}
