/** A session in a bad state is never used again: read-only after a failover, settings of a role that were wrong, a stale plan, whatever it is. */

import type pg from 'pg';

/**
 * Errors after which a session is as good as before: of data (22), constraints (23, 44), races (40), raised by a function (P0), a statement
 * after a failed one (25P02), a lock or statement timeout. After any other error the session is suspect; a new one costs milliseconds.
 */
const ordinary = /^(22...|23...|40...|44...|P0...|25P02|55P03|57014)$/;

/** The other sessions were opened in the same circumstances. They are replaced too, at most so often: a defect of ours may fail each time. */
const replaceAllEveryMs = 1_000;

type Session = pg.PoolClient & {
  connection: { on(event: 'errorMessage', listener: (error: { code?: string }) => void): void };
};

export function discardBadSessions(pool: pg.Pool): void {
  const idle = new Set<pg.PoolClient>();
  const busy = new Set<pg.PoolClient>();
  const bad = new WeakSet<pg.PoolClient>();
  let replacedAllMs = -Infinity;

  pool.on('connect', (client) => {
    // Of the connection, not of its queries: errors that a caller swallows count as well.
    (client as Session).connection.on('errorMessage', ({ code = '' }) => {
      if (ordinary.test(code)) return;
      bad.add(client);
      replaceAll();
    });
  });
  pool.on('acquire', (client) => {
    idle.delete(client);
    busy.add(client);
  });
  pool.on('release', (_error, client) => {
    busy.delete(client);
    idle.add(client);
    // The pool removes a connection that is released while it ends.
    if (bad.has(client)) void client.end();
  });
  pool.on('remove', (client) => {
    idle.delete(client);
    busy.delete(client);
  });

  function replaceAll(): void {
    const nowMs = performance.now();
    if (nowMs - replacedAllMs < replaceAllEveryMs) return;
    replacedAllMs = nowMs;
    for (const client of busy) bad.add(client);
    // The pool removes an idle connection that reports an error, before it can be acquired.
    for (const client of idle) client.emit('error', new Error('Another session of this pool is in a bad state.'));
  }
}
