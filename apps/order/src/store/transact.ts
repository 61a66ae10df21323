/**
 * The one write path: the commands that wait while a transaction is in flight make the next one. It loads every touched
 * order and placement under locks, decides in memory, each caller's commands in arrival order, writes rows and messages, commits once, and
 * answers each caller with its own outcome.
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { newEventId, type EventId, type Message, type OrderId } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import { createGroupCommit, type GroupCommit, type Outcome } from '@oms/group-commit';
import { CommitUnknownError, inTransaction, pipelined, type Outbox, type StoredMessage } from '@oms/messaging';
import type { MetricsRegistry } from '@oms/service-kit';
import { isOutage } from '@oms/service-kit/outage';
import { messagesOf } from '../domain/messages.ts';
import { evolve, type Order, type OrderEvent } from '../domain/order.ts';
import type { Placement } from '../domain/placement.ts';
import { loadCommitted, loadOrders, type OrderRecord } from './load-orders.ts';
import { viewOf } from './order-view.ts';
import { refuseOutage } from './outage.ts';
import { PlacementMovedError, saveBatch, type HistoryRow } from './save-batch.ts';

export type Transact = {
  /** @throws what `decide` throws; Refusal ORDERS_UNAVAILABLE while the database is away */
  submit: (command: Command) => Promise<Settled>;
  close(): Promise<void>;
};
export type Command = {
  readonly orderId: OrderId;
  /** Who takes turns with others; unless given, the other services. */
  readonly by?: string;
  /** About how much it will write; batches are capped by it. */
  readonly bytes?: number;
  /** The W3C trace context of the request, for the messages it leads to. */
  readonly traceparent?: string | undefined;
  /** Pure, and called again when the transaction has to be tried again; throws a Refusal to write nothing. */
  readonly decide: (known: OrderRecord) => Change;
};
export type Change = { readonly events: readonly OrderEvent[]; readonly placement?: Placement };
/** What is known after the command, and whether the command itself wrote something. */
export type Settled = OrderRecord & { readonly changed: boolean };

type Pending = Command & {
  /** What this command wrote in a transaction whose commit never answered. */
  inDoubt: HistoryRow | null;
};

/** How long commands whose commit never answered are looked up before their callers hear that it is not known. */
const doubtMaxMs = 5_000;
const lookAgainMs = 100;
const changeBytes = 1_000;

export function createTransact(o: {
  pool: Pool;
  outbox: Outbox;
  enqueue: (stored: StoredMessage[]) => void;
  /** Told of each event once it is committed, with the order after it. */
  committed: (order: Order, event: OrderEvent) => void;
  queueMax: number;
  metrics: MetricsRegistry;
}): Transact {
  const group: GroupCommit<Pending, Settled> = createGroupCommit({
    ...{ name: 'transact', commit, queueMax: o.queueMax, metrics: o.metrics },
    sizeOf: ({ bytes = changeBytes }) => bytes,
    callerOf: ({ by = 'service' }) => by,
  });
  return {
    submit: (command) => group.submit({ ...command, inDoubt: null }).catch(refuseOutage),
    close: () => group.stop(),
  };

  async function commit(commands: readonly Pending[]): Promise<Outcome<Settled>[]> {
    let doubtEndsMs: number | undefined;
    for (;;) {
      const decided = createDecided();
      try {
        const stored = await inTransaction(o.pool, (client) => run(client, commands, decided));
        failpoint('order.before_hand_over');
        if (stored.length > 0) o.enqueue(stored);
        for (const { order, event } of [...decided.found, ...decided.history]) o.committed(order, event);
        return decided.outcomes;
      } catch (error) {
        if (error instanceof PlacementMovedError) continue;
        if (error instanceof CommitUnknownError) {
          doubtEndsMs ??= performance.now() + doubtMaxMs;
          for (const [command, row] of decided.marks) command.inDoubt = row;
        } else if (doubtEndsMs === undefined || !isOutage(error)) throw error;
        if (performance.now() > doubtEndsMs) throw error;
        await wait(lookAgainMs);
      }
    }
  }

  async function run(client: PoolClient, commands: readonly Pending[], decided: Decided): Promise<StoredMessage[]> {
    const ids = [...new Set(commands.map((command) => command.orderId))];
    const known = await loadOrders(client, ids);
    failpoint('order.loaded');
    const doubts = commands.flatMap((command) => command.inDoubt?.eventId ?? []);
    const committed = doubts.length > 0 ? await loadCommitted(client, ids, doubts) : new Set<EventId>();
    for (const command of commands) {
      const before = known.get(command.orderId) ?? { order: null, placement: null };
      if (command.inDoubt !== null && committed.has(command.inDoubt.eventId)) {
        decided.found.push(command.inDoubt);
        decided.outcomes.push({ value: { ...before, changed: true } });
      } else {
        known.set(command.orderId, decide(command, before, decided));
      }
    }
    const orders = [...decided.changed.values()];
    const traceparentOf = (message: Pick<Message, 'eventId'>) => decided.traces.get(message.eventId);
    const saved = saveBatch(client, {
      placements: [...decided.placements.values()],
      inserts: orders.filter((order) => decided.fresh.has(order.id)),
      updates: orders.filter((order) => !decided.fresh.has(order.id)),
      history: decided.history,
    });
    // The messages are sent behind the rows they tell of, without waiting for the answers to these.
    const [, stored] = await pipelined([saved, o.outbox.append(client, decided.messages, { traceparentOf })]);
    return stored;
  }
}

/** The batch as it grows, command by command. A command that is refused leaves no trace in it. */
type Decided = ReturnType<typeof createDecided>;

function createDecided() {
  return {
    outcomes: [] as Outcome<Settled>[],
    changed: new Map<OrderId, Order>(),
    fresh: new Set<OrderId>(),
    placements: new Map<OrderId, Placement>(),
    history: [] as HistoryRow[],
    /** Written by an earlier transaction, whose commit had never answered. */
    found: [] as HistoryRow[],
    messages: [] as Message[],
    traces: new Map<EventId, string>(),
    marks: [] as [Pending, HistoryRow][],
  };
}

function decide(command: Pending, before: OrderRecord, decided: Decided): OrderRecord {
  let change: Change;
  try {
    change = command.decide(before);
  } catch (error) {
    decided.outcomes.push({ error: error instanceof Error ? error : new Error(String(error)) });
    return before;
  }
  let order = before.order;
  for (const event of change.events) {
    if (order === null) decided.fresh.add(command.orderId);
    order = evolve(order, event);
    const messages = messagesOf(order, event, newEventId);
    const row = { order, event, eventId: messages[0].eventId };
    decided.history.push(row);
    decided.messages.push(...messages);
    decided.marks.push([command, row]);
    const { traceparent } = command;
    if (traceparent !== undefined) for (const message of messages) decided.traces.set(message.eventId, traceparent);
    decided.changed.set(order.id, order);
  }
  const placement = withReply(change.placement, order) ?? before.placement;
  if (change.placement && placement) decided.placements.set(command.orderId, placement);
  const changed = change.events.length > 0 || change.placement !== undefined;
  decided.outcomes.push({ value: { order, placement, changed } });
  return { order, placement };
}

/** What the client is told of a placed order is kept word for word. */
function withReply(placement: Placement | undefined, order: Order | null): Placement | null {
  if (placement?.outcome !== 'PLACED' || order === null) return placement ?? null;
  return { ...placement, reply: JSON.stringify(viewOf(order)) };
}
