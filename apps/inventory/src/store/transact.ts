/** The one write path of everything that changes stock: load and lock, decide each caller's in arrival order, write rows, ledger and outbox, commit once. */
import { newEventId, type EventId, type Message } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import { createGroupCommit, type Outcome } from '@oms/group-commit';
import { afterCommit, inTransaction, pipelined, type Outbox, type StoredMessage } from '@oms/messaging';
import type { MetricsRegistry } from '@oms/service-kit';
import { isOutcomeUnknown } from '@oms/service-kit/outage';
import { Refusal } from '@oms/service-kit/refusal';
import type pg from 'pg';
import { messagesOf } from '../domain/messages.ts';
import { handle, type Command, type Fact, type Reply, type ReplyTo, type Stock } from '../domain/stock.ts';
import { loadStock } from './load-stock.ts';
import { createStockMetrics } from './metrics.ts';
import { refuseOutage } from './outage.ts';
import { saveStock } from './save-stock.ts';

export type Written = { outcomes: Outcome<Reply>[]; stored: StoredMessage[] };
/** Runs in a transaction that the caller has begun by `inTransaction`. */
export type Transact = (client: pg.PoolClient, commands: readonly Command[]) => Promise<Written>;

export type StockWriter = {
  /** Decides and writes `command` together with what else is waiting; rejects with its own Refusal, or STOCK_UNAVAILABLE, or QueueFullError. */
  submit<C extends Command>(command: C): Promise<ReplyTo<C>>;
  close(): Promise<void>;
};

export function createTransact(o: { outbox: Outbox; metrics: MetricsRegistry }): Transact {
  const counts = createStockMetrics(o.metrics);
  return async (client, commands) => {
    const before = await loadStock(client, commands);
    failpoint('inventory.locked');
    const after = copyOf(before);
    const facts: Fact[] = [];
    const messages: Message[] = [];
    const traces = new Map<EventId, string>();
    const outcomes = commands.map((command): Outcome<Reply> => {
      try {
        const { reply, facts: told } = handle(after, command);
        facts.push(...told);
        for (const message of told.flatMap((fact) => messagesOf(fact, newEventId))) {
          messages.push(message);
          if (command.traceparent !== undefined) traces.set(message.eventId, command.traceparent);
        }
        return { value: reply };
      } catch (error) {
        // A refusal is this caller's own and has changed nothing; anything else is our mistake and fails the batch.
        if (error instanceof Refusal) return { error };
        throw error;
      }
    });
    failpoint('inventory.decided');
    const traceparentOf = ({ eventId }: Pick<Message, 'eventId'>) => traces.get(eventId);
    // The messages are sent behind the rows they tell of, without waiting for the answers to these.
    const [, stored] = await pipelined([
      saveStock(client, before, after, facts),
      o.outbox.append(client, messages, { traceparentOf }),
    ]);
    afterCommit(() => counts.committed({ before, after, facts, outcomes }));
    return { outcomes, stored };
  };
}

export function createStockWriter(o: {
  pool: pg.Pool;
  transact: Transact;
  enqueue: (stored: StoredMessage[]) => void;
  /** Throws a Refusal while nothing can be written, so that no transaction is begun in vain. */
  assertReady: () => void;
  queueMax: number;
  metrics: MetricsRegistry;
}): StockWriter {
  const group = createGroupCommit<Command, Reply>({
    ...{ name: 'stock', commit, sizeOf, callerOf, queueMax: o.queueMax, metrics: o.metrics },
  });
  return {
    async submit<C extends Command>(command: C) {
      o.assertReady();
      // The reply's type follows from the command's, which a queue of all commands can't say.
      return (await group.submit(command).catch(refuseOutage)) as ReplyTo<C>;
    },
    close: () => group.stop(),
  };

  async function commit(commands: readonly Command[]): Promise<Outcome<Reply>[]> {
    try {
      return await commitOnce(commands);
    } catch (error) {
      // Whether it was committed is not known. Every command is harmless to repeat: it finds what it did, or does it now.
      if (isOutcomeUnknown(error)) return commitOnce(commands);
      // Another replica was faster: the same order reserved, the same name taken, the same number granted. A batch is split and tried one
      // by one by the group commit; one command alone is tried again here, and finds the winner.
      if (commands.length === 1 && lostRace(error)) return commitOnce(commands);
      throw error;
    }
  }

  async function commitOnce(commands: readonly Command[]): Promise<Outcome<Reply>[]> {
    const { outcomes, stored } = await inTransaction(o.pool, (client) => o.transact(client, commands));
    failpoint('inventory.before_hand_over');
    o.enqueue(stored);
    return outcomes;
  }
}

function copyOf({ items, reservations, granted, names, books }: Stock): Stock {
  return {
    ...(books && { books }),
    items: new Map(items),
    reservations: new Map(reservations),
    granted: new Map(granted),
    names: new Map(names),
  };
}

/** unique_violation, deadlock_detected, serialization_failure */
function lostRace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['23505', '40P01', '40001'].includes(String(error.code));
}

/** About what a command makes PostgreSQL read: each line a movement, a line, a message. */
function sizeOf(command: Command): number {
  return command.type === 'Reserve' ? 200 + 700 * command.lines.length : 1_000;
}

/** Staff; the order service for its customers; the clock, which asks for nobody. */
function callerOf(command: Command): string {
  return 'by' in command ? command.by : 'clock';
}
