// One transaction on one pooled connection. Its result is one of three: committed, rolled back, or unknown.

import { AsyncLocalStorage } from 'node:async_hooks';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';

/** COMMIT was sent and its answer was lost: the rows may or may not exist. Look them up by their key before answering. */
export class CommitUnknownError extends Error {
  readonly outcomeUnknown = true;

  constructor(cause: unknown) {
    super(
      'The answer to COMMIT was lost, so the transaction may or may not have been committed: look its effect up by key, or apply it again idempotently.',
      { cause },
    );
    this.name = 'CommitUnknownError';
  }
}

type OpenTransaction = { pool: pg.Pool; open: boolean; commitListeners: (() => void)[] };

const current = new AsyncLocalStorage<OpenTransaction>();

/**
 * Runs `work` between BEGIN and COMMIT and resolves with its result.
 * When `work` throws, the transaction is rolled back and the same error is thrown. A broken connection never goes back to the pool.
 * Throws CommitUnknownError when the connection breaks during COMMIT.
 */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  refuseNesting(pool);
  const client = await pool.connect();
  let lost: Error | undefined;
  // Without a listener, a connection that breaks between two statements would end the process.
  const onError = (error: Error) => (lost ??= error);
  client.on('error', onError);
  const transaction: OpenTransaction = { pool, open: true, commitListeners: [] };
  let unusable: Error | undefined;
  try {
    await client.query('BEGIN');
    failpoint('transaction.begun');
    const result = await current.run(transaction, () => work(client));
    if (lost) throw lost;
    failpoint('transaction.before_commit');
    await commit(client);
    failpoint('transaction.committed');
    for (const listener of transaction.commitListeners) listener();
    return result;
  } catch (error) {
    unusable = error instanceof CommitUnknownError ? error : (lost ?? (await rollBack(client)));
    throw error;
  } finally {
    transaction.open = false;
    client.removeListener('error', onError);
    client.release(unusable ?? lost);
  }
}

/**
 * Calls `listener` after the current transaction of `inTransaction` is committed; never when it is rolled back or its outcome is unknown.
 * For work that may be lost with the process, such as waking a worker or counting. `listener` must not throw.
 */
export function afterCommit(listener: () => void): void {
  const transaction = current.getStore();
  if (!transaction?.open)
    throw new Error('afterCommit was called outside a transaction; call it from the work of inTransaction.');
  transaction.commitListeners.push(listener);
}

/**
 * Waits for statements that were sent on one connection one after the other, without waiting for each answer, and resolves with all results
 * in order. Throws the error of the first that failed: PostgreSQL runs them in the order sent, and those after the failed one
 * only report that the transaction is aborted (25P02).
 */
export async function pipelined<T extends readonly Promise<unknown>[]>(
  statements: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  // Not Promise.all: it throws the error that reaches it first, which need not be the first statement's when answers arrive together.
  const settled = await Promise.allSettled(statements);
  const results = settled.map((statement) => {
    if (statement.status === 'rejected') throw statement.reason;
    return statement.value;
  });
  return results as { -readonly [K in keyof T]: Awaited<T[K]> };
}

async function commit(client: pg.PoolClient): Promise<void> {
  let tag: string;
  try {
    const answer = client.query('COMMIT');
    failpoint('transaction.commit_in_flight');
    tag = (await answer).command;
  } catch (error) {
    // A plain ERROR (for example of a deferred constraint) means that the server rolled back. Anything else, even FATAL, does not say.
    if ((error as { severity?: string }).severity === 'ERROR') throw error;
    throw new CommitUnknownError(error);
  }
  if (tag !== 'COMMIT') {
    throw new Error(
      `COMMIT was answered with ${tag}: a statement of this transaction had failed and its error was swallowed. Let statement errors pass through the work function.`,
    );
  }
}

/** Resolves with the reason why the connection must be destroyed, if any. The caller throws its own error. */
async function rollBack(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function refuseNesting(pool: pg.Pool): void {
  const outer = current.getStore();
  if (outer?.open && outer.pool === pool) {
    throw new Error(
      'inTransaction was called inside another transaction of the same pool: it would take a second connection and commit on its own. Pass the outer client on instead.',
    );
  }
}
