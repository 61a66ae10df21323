// One transaction on one pooled connection: committed, rolled back, or honestly unknown.

import { AsyncLocalStorage } from 'node:async_hooks';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';

/** COMMIT was sent and its answer was lost: the rows may be there or not. Look them up by their key before answering. */
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

type OpenTransaction = { pool: pg.Pool; open: boolean; committed: (() => void)[] };

const current = new AsyncLocalStorage<OpenTransaction>();

/**
 * Runs `work` between BEGIN and COMMIT and resolves with its result.
 * When `work` throws, the transaction is rolled back and that very error is thrown. A broken connection never goes back to the pool.
 * Throws CommitUnknownError when the connection broke while COMMIT was under way.
 */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  refuseNesting(pool);
  const client = await pool.connect();
  let lost: Error | undefined;
  // Without a listener, a connection that breaks between two statements would end the process.
  const onError = (error: Error) => (lost ??= error);
  client.on('error', onError);
  const transaction: OpenTransaction = { pool, open: true, committed: [] };
  let unusable: Error | undefined;
  try {
    await client.query('BEGIN');
    failpoint('transaction.begun');
    const result = await current.run(transaction, () => work(client));
    if (lost) throw lost;
    failpoint('transaction.before_commit');
    await commit(client);
    failpoint('transaction.committed');
    for (const then of transaction.committed) then();
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
 * Calls `then` once the transaction that `inTransaction` has open here is committed, and never when it is rolled back or nobody knows.
 * For what may be lost with the process, such as waking somebody or counting. It must not throw.
 */
export function afterCommit(then: () => void): void {
  const transaction = current.getStore();
  if (!transaction?.open)
    throw new Error('afterCommit was called outside a transaction; call it from the work of inTransaction.');
  transaction.committed.push(then);
}

async function commit(client: pg.PoolClient): Promise<void> {
  let tag: string;
  try {
    const answer = client.query('COMMIT');
    failpoint('transaction.commit_in_flight');
    tag = (await answer).command;
  } catch (error) {
    // A plain ERROR is the server's word that it rolled back (a deferred constraint, say). Anything else, FATAL too, is no word at all.
    if ((error as { severity?: string }).severity === 'ERROR') throw error;
    throw new CommitUnknownError(error);
  }
  if (tag !== 'COMMIT') {
    throw new Error(
      `COMMIT was answered with ${tag}: a statement of this transaction had failed and its error was swallowed. Let statement errors pass through the work function.`,
    );
  }
}

/** Resolves with the reason why the connection must be destroyed, if there is one; the caller's own error is what gets thrown. */
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
