// Tells when a transaction that somebody else commits is over.
import type pg from 'pg';

/**
 * Calls `then` once when the transaction now open on `client` has been committed or rolled back: that is when the connection
 * goes back to its pool. What the transaction wrote can be seen by others from then on, and not before.
 */
export function afterTransaction(pool: pg.Pool, client: pg.ClientBase, then: () => void): void {
  const onRelease = (_error: Error | undefined, released: pg.PoolClient) => {
    if (released !== client) return;
    pool.off('release', onRelease);
    then();
  };
  pool.on('release', onRelease);
}
