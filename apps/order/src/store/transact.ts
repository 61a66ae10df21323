/**
 * The one write path: the commands that wait while a transaction is in flight make the next one. It loads every order and
 * placement of the batch under locks, decides in memory in the order of arrival, writes rows and messages, commits once, and
 * gives each caller its own outcome.
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { newEventId, type EventId, type Message, type OrderId } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import { createGroupCommit, type GroupCommit, type Outcome, type SubmitOptions } from '@oms/group-commit';
import { CommitUnknownError, inTransaction, pipelined, type Outbox, type StoredMessage } from '@oms/messaging';
import type { MetricsRegistry } from '@oms/service-kit';
import { isOutage } from '@oms/service-kit/outage';
import { mark, type OrderMark } from '../domain/deadlines.ts';
import { messagesOf, messagesOfMark } from '../domain/messages.ts';
import { evolve, type Order, type OrderEvent } from '../domain/order.ts';
import type { Placement } from '../domain/placement.ts';
import type { RecordedEvent } from './history-row.ts';
import { loadCommitted, loadOrders, type OrderRecord } from './load-orders.ts';
import { refuseOutage } from './outage.ts';
import { PlacementMovedError, saveBatch, type DeadlineAt } from './save-batch.ts';

export type Transact = {
  /** @throws what `decide` throws; Refusal ORDERS_UNAVAILABLE while the database is away */
  submit: (command: Command, options?: SubmitOptions) => Promise<Settled>;
  stop(): Promise<void>;
};
export type Command = {
  readonly orderId: OrderId;
  /** The caller whose commands share one place in the queue's rotation; absent: the other services together. */
  readonly by?: string;
  /** About how many bytes it will write; they limit a batch. */
  readonly bytes?: number;
  /** The W3C trace context of the request, for the messages that follow from it. */
  readonly traceparent?: string | undefined;
  /** Pure; called again when the transaction is retried. Throws a Refusal to write nothing. */
  readonly decide: (stored: OrderRecord) => Change;
};
export type Change = {
  readonly events: readonly OrderEvent[];
  /** After the events. If it is there, even empty, the order's next deadline is written too. */
  readonly marks?: readonly OrderMark[];
  readonly placement?: Placement;
};
/** What is stored after the command, and whether the command itself wrote something. */
export type Settled = OrderRecord & { readonly changed: boolean };

type Pending = Command & {
  /** What this command wrote in a transaction whose COMMIT was not answered. */
  inDoubt: RecordedEvent | null;
};

export type TransactOptions = {
  pool: Pool;
  outbox: Outbox;
  /** Gives committed messages to the relay. */
  enqueue: (stored: StoredMessage[]) => void;
  /** Called for each committed event and mark, with the order after it. */
  committed: (order: Order, event: OrderEvent | OrderMark) => void;
  deadlineAt: DeadlineAt;
  queueMax: number;
  metrics: MetricsRegistry;
};

/** How long commands whose COMMIT was not answered are looked up before their callers get the error that the outcome is unknown. */
const doubtMaxMs = 5_000;
const retryMs = 100;
const changeBytes = 1_000;

export function createTransact(options: TransactOptions): Transact {
  const { pool, outbox, enqueue, committed, deadlineAt, queueMax, metrics } = options;
  const group: GroupCommit<Pending, Settled> = createGroupCommit({
    name: 'transact',
    commit,
    queueMax,
    metrics,
    sizeOf: ({ bytes = changeBytes }) => bytes,
    callerOf: ({ by = 'service' }) => by,
  });
  return {
    submit: (command, options) => group.submit({ ...command, inDoubt: null }, options).catch(refuseOutage),
    stop: () => group.stop(),
  };

  async function commit(commands: readonly Pending[]): Promise<Outcome<Settled>[]> {
    let doubt: { error: CommitUnknownError; endsMs: number } | undefined;
    for (;;) {
      const batch = createBatch();
      try {
        const stored = await inTransaction(pool, (client) => run(client, commands, batch));
        failpoint('order.before_hand_over');
        if (stored.length > 0) enqueue(stored);
        for (const { order, event } of [...batch.committedBefore, ...batch.history]) committed(order, event);
        for (const { order, what } of batch.marks) committed(order, what);
        return batch.outcomes;
      } catch (error) {
        if (error instanceof PlacementMovedError) continue;
        if (error instanceof CommitUnknownError) {
          doubt ??= { error, endsMs: performance.now() + doubtMaxMs };
          for (const [command, recorded] of batch.recorded) command.inDoubt = recorded;
        } else if (doubt === undefined || !isOutage(error)) throw error;
        if (performance.now() > doubt.endsMs) throw doubt.error;
        await wait(retryMs);
      }
    }
  }

  async function run(client: PoolClient, commands: readonly Pending[], batch: Batch): Promise<StoredMessage[]> {
    const ids = [...new Set(commands.map((command) => command.orderId))];
    const records = await loadOrders(client, ids);
    failpoint('order.loaded');
    const doubts = commands.flatMap((command) => command.inDoubt?.eventId ?? []);
    const committedIds = doubts.length > 0 ? await loadCommitted(client, ids, doubts) : new Set<EventId>();
    for (const command of commands) {
      const before = records.get(command.orderId) ?? { order: null, placement: null };
      if (command.inDoubt !== null && committedIds.has(command.inDoubt.eventId)) {
        batch.committedBefore.push(command.inDoubt);
        batch.outcomes.push({ value: { ...before, changed: true } });
      } else {
        records.set(command.orderId, decide(command, before, batch));
      }
    }
    const orders = [...batch.orders.values()];
    const rows = {
      placements: [...batch.placements.values()],
      inserts: orders.filter((order) => batch.newIds.has(order.id)),
      updates: orders.filter((order) => !batch.newIds.has(order.id) && batch.changedIds.has(order.id)),
      marked: orders.filter((order) => !batch.changedIds.has(order.id)),
      history: batch.history,
    };
    const saved = saveBatch(client, rows, deadlineAt);
    const traceparentOf = ({ eventId }: Pick<Message, 'eventId'>) => batch.traceparents.get(eventId);
    // The messages are sent after the rows, without waiting for the rows to be answered.
    const [, stored] = await pipelined([saved, outbox.append(client, batch.messages, { traceparentOf })]);
    return stored;
  }
}

/** What the transaction will write. It grows command by command; a refused command leaves nothing in it but its outcome. */
type Batch = ReturnType<typeof createBatch>;

function createBatch() {
  return {
    outcomes: [] as Outcome<Settled>[],
    orders: new Map<OrderId, Order>(),
    newIds: new Set<OrderId>(),
    /** Orders with a new version; the others are only marked. */
    changedIds: new Set<OrderId>(),
    placements: new Map<OrderId, Placement>(),
    history: [] as RecordedEvent[],
    marks: [] as { order: Order; what: OrderMark }[],
    messages: [] as Message[],
    traceparents: new Map<EventId, string>(),
    /** Which command each event comes from. */
    recorded: [] as [Pending, RecordedEvent][],
    /** Events of an earlier transaction whose COMMIT was not answered, and which took place. */
    committedBefore: [] as RecordedEvent[],
  };
}

function decide(command: Pending, before: OrderRecord, batch: Batch): OrderRecord {
  let change: Change;
  try {
    change = command.decide(before);
  } catch (error) {
    batch.outcomes.push({ error: error instanceof Error ? error : new Error(String(error)) });
    return before;
  }
  let order = before.order;
  for (const event of change.events) {
    if (order === null) batch.newIds.add(command.orderId);
    order = evolve(order, event);
    const messages = messagesOf(order, event, newEventId);
    const { traceparent } = command;
    const [{ eventId }, { eventId: analyticsEventId }] = messages;
    const recorded = { order, event, eventId, analyticsEventId, traceparent: traceparent ?? null };
    batch.history.push(recorded);
    batch.messages.push(...messages);
    batch.recorded.push([command, recorded]);
    if (traceparent !== undefined) for (const { eventId } of messages) batch.traceparents.set(eventId, traceparent);
    batch.orders.set(order.id, order);
    batch.changedIds.add(order.id);
  }
  if (order !== null && change.marks) {
    for (const what of change.marks) {
      order = mark(order, what);
      batch.marks.push({ order, what });
      batch.messages.push(...messagesOfMark(order, what, newEventId));
    }
    batch.orders.set(order.id, order);
  }
  if (change.placement) batch.placements.set(command.orderId, change.placement);
  const placement = change.placement ?? before.placement;
  const changed = change.events.length > 0 || Boolean(change.marks?.length) || change.placement !== undefined;
  batch.outcomes.push({ value: { order, placement, changed } });
  return { order, placement };
}
