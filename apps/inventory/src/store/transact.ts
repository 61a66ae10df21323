/** The one write path of everything that changes stock: load and lock, decide each command in order of arrival, write rows, ledger and outbox, commit once. */
import { setTimeout as wait } from 'node:timers/promises';
import { newEventId, type Message } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import { createGroupCommit, type Outcome, type SubmitOptions } from '@oms/group-commit';
import { afterCommit, inTransaction, pipelined, type Outbox, type StoredMessage } from '@oms/messaging';
import type { MetricsRegistry } from '@oms/service-kit';
import { isOutage, isOutcomeUnknown } from '@oms/service-kit/outage';
import { Refusal } from '@oms/service-kit/refusal';
import type pg from 'pg';
import { messagesOf } from '../domain/messages.ts';
import {
  decide,
  type AppliedEvent,
  type Command,
  type Decision,
  type Reply,
  type ReplyTo,
  type Stock,
} from '../domain/stock.ts';
import { loadStock, needsOf, type StockNeeds } from './load-stock.ts';
import { createStockMetrics } from './metrics.ts';
import { refuseOutage } from './outage.ts';
import { saveStock } from './save-stock.ts';

type Decide<C, R> = (stock: Stock, command: C) => Decision<R>;
export type Batch<C, R extends Reply> = {
  commands: readonly C[];
  needs: StockNeeds;
  /** Runs when `needs` are loaded and locked, and gives the function that decides each command. */
  decider: (client: pg.PoolClient, locked: Stock) => Promise<Decide<C, R>> | Decide<C, R>;
  /** The trace that the messages of a command carry on. */
  traceparentOf: (command: C) => string | undefined;
};
export type Written<R extends Reply> = { outcomes: Outcome<R>[]; stored: StoredMessage[] };
/** Runs in a transaction that the caller has begun by `inTransaction`. */
export type Transact = <C, R extends Reply>(client: pg.PoolClient, batch: Batch<C, R>) => Promise<Written<R>>;

/** The batch of daily commands, as requests and consumers send them. */
export function stockBatch(commands: readonly Command[]): Batch<Command, Reply> {
  return {
    commands,
    needs: needsOf(commands),
    decider: () => decide,
    traceparentOf: ({ traceparent }) => traceparent,
  };
}

export function createTransact({ outbox, metrics }: { outbox: Outbox; metrics: MetricsRegistry }): Transact {
  const counts = createStockMetrics(metrics);
  return async <C, R extends Reply>(client: pg.PoolClient, batch: Batch<C, R>): Promise<Written<R>> => {
    const before = await loadStock(client, batch.needs);
    const decideOne = await batch.decider(client, before);
    failpoint('inventory.locked');
    const after = copyOf(before);
    const applied: AppliedEvent[] = [];
    const messages: Message[] = [];
    const traces = new Map<string, string>();
    const outcomes = batch.commands.map((command): Outcome<R> => {
      try {
        const decision = decideOne(after, command);
        applied.push(...decision.applied);
        const traceparent = batch.traceparentOf(command);
        for (const message of decision.applied.flatMap((event) => messagesOf(event, newEventId))) {
          messages.push(message);
          if (traceparent !== undefined) traces.set(message.eventId, traceparent);
        }
        return { value: decision.reply };
      } catch (error) {
        // A refusal concerns this caller only and has changed nothing. Anything else is a defect of ours and fails the batch.
        if (error instanceof Refusal) return { error };
        throw error;
      }
    });
    failpoint('inventory.decided');
    const traceparentOf = ({ eventId }: { eventId: string }) => traces.get(eventId);
    // The messages are sent behind their rows, without waiting for the answers to these.
    const [, stored] = await pipelined([
      saveStock(client, before, after, applied),
      outbox.append(client, messages, { traceparentOf }),
    ]);
    afterCommit(() => counts.committed({ before, after, applied, outcomes }));
    return { outcomes, stored };
  };
}

export type StockWriter = {
  /** Decides and writes `command` together with the others that wait. Rejects with the command's Refusal, STOCK_UNAVAILABLE or QueueFullError. */
  submit<C extends Command>(command: C, options?: SubmitOptions): Promise<ReplyTo<C>>;
  close(): Promise<void>;
};
export type StockWriterOptions = {
  pool: pg.Pool;
  transact: Transact;
  enqueue: (stored: StoredMessage[]) => void;
  /** Throws a Refusal while nothing can be written, so that no transaction begins without need. */
  assertReady: () => void;
  queueMax: number;
  metrics: MetricsRegistry;
};

/** How long commands whose COMMIT was not answered are repeated before their callers learn that the outcome is unknown. */
const doubtMaxMs = 5_000;
const retryMs = 100;

export function createStockWriter(options: StockWriterOptions): StockWriter {
  const { pool, transact, enqueue, assertReady, queueMax, metrics } = options;
  const group = createGroupCommit<Command, Reply>({ name: 'stock', commit, sizeOf, callerOf, queueMax, metrics });
  return {
    async submit<C extends Command>(command: C, options?: SubmitOptions) {
      assertReady();
      // The reply's type follows from the command's; the type of a queue of all commands cannot say that.
      return (await group.submit(command, options).catch(refuseOutage)) as ReplyTo<C>;
    },
    close: () => group.stop(),
  };

  async function commit(commands: readonly Command[]): Promise<Outcome<Reply>[]> {
    let unknown: { error: unknown; endsMs: number } | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await commitOnce(commands);
      } catch (error) {
        // It is not known whether the transaction was committed. Every command can be repeated: it finds its effect, or makes it now.
        if (isOutcomeUnknown(error)) unknown ??= { error, endsMs: performance.now() + doubtMaxMs };
        // Another replica was faster: it reserved the same order, took the same name, or used the same idempotency key. Group commit splits a
        // failed batch and retries its commands one by one; a command that was alone is retried here, and finds what the winner wrote.
        else if (!(unknown && isOutage(error)) && !(attempt === 1 && commands.length === 1 && lostRace(error)))
          throw error;
        if (unknown && performance.now() > unknown.endsMs) throw unknown.error;
        if (unknown) await wait(retryMs);
      }
    }
  }

  async function commitOnce(commands: readonly Command[]): Promise<Outcome<Reply>[]> {
    const { outcomes, stored } = await inTransaction(pool, (client) => transact(client, stockBatch(commands)));
    failpoint('inventory.before_hand_over');
    enqueue(stored);
    return outcomes;
  }
}

function copyOf({ items, reservations, idempotencyRecords, itemIdsByName }: Stock): Stock {
  return {
    items: new Map(items),
    reservations: new Map(reservations),
    idempotencyRecords: new Map(idempotencyRecords),
    itemIdsByName: new Map(itemIdsByName),
  };
}

/** unique_violation, deadlock_detected, serialization_failure */
export function lostRace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['23505', '40P01', '40001'].includes(String(error.code));
}

/** A rough measure of the rows that a command makes PostgreSQL read and write. */
function sizeOf(command: Command): number {
  return command.type === 'Reserve' ? 200 + 700 * command.lines.length : 1_000;
}

/** Staff, the order service for its customers, or the periodic jobs, which act for nobody. */
function callerOf(command: Command): string {
  return 'by' in command ? command.by : 'clock';
}
