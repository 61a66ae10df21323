// The stories that the simulated PostgreSQL is held to, told to the real one.

import { createDatabase, until } from '@oms/test-kit';
import pg from 'pg';
import { expect, test } from 'vitest';
import { stories, tables, type Connection } from './isolation-rules.ts';

test.each(stories)('$rule', async ({ tell, ends }) => {
  const database = await createDatabase('messaging');
  const clients = [0, 1].map(() => new pg.Client({ connectionString: database.databaseUrl }));
  try {
    await database.pool.query(tables);
    await Promise.all(clients.map((client) => client.connect()));
    const [a, b] = await Promise.all(clients.map((client) => connectionOf(client, database.pool)));
    expect(await tell(a!, b!)).toEqual(ends);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await database.drop();
  }
});

async function connectionOf(client: pg.Client, pool: pg.Pool): Promise<Connection> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const { pid } = rows[0]!;
  return {
    ask: (text, values) =>
      client.query(text, values as unknown[]).then(
        (result) => result.rows as unknown,
        (error: pg.DatabaseError) => error.code ?? error.message,
      ),
    async waits() {
      await until('the statement waits for a lock', async () => {
        const waiting = await pool.query(`SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'`, [
          pid,
        ]);
        return waiting.rowCount === 1;
      });
    },
  };
}
