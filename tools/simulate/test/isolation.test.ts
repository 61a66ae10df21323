// The simulated PostgreSQL keeps what the real one promises: the same stories, the same endings (see isolation.integration.test.ts).

import { expect, test } from 'vitest';
import { createClient, type Client } from '../postgres/client.ts';
import { applyMigration, type Schema } from '../postgres/schema.ts';
import { createServer } from '../postgres/server.ts';
import { SqlError } from '../postgres/sql-error.ts';
import { createProcess } from '../world/process.ts';
import { createWorld } from '../world/world.ts';
import { stories, tables, type Connection } from './isolation-rules.ts';

test.each(stories)('$rule', async ({ tell, ends }) => {
  for (const seed of [1, 2, 3]) expect(await told(seed, tell)).toEqual(ends);
});

test('SQL that it does not know is an alarm, not a refusal', async () => {
  const alarms: string[] = [];
  await told(1, (a) => a.ask('LOCK TABLE dishes'), alarms);
  expect(alarms).toEqual([expect.stringContaining('Teach it in tools/simulate/postgres/')]);
});

async function told(
  seed: number,
  tell: (a: Connection, b: Connection) => Promise<unknown>,
  alarms: string[] = [],
): Promise<unknown> {
  const world = createWorld(seed);
  world.troubled = false;
  const schema: Schema = { tables: new Map(), enums: new Map(), seeds: [] };
  applyMigration(schema, tables);
  const server = createServer(world, 'order', schema);
  const connections = ['a', 'b'].map((name) => createClient(world, createProcess('order', name, 1), server));
  let ending: { outcome: unknown } | undefined;
  void story();
  await world.scheduler.play(() => ending !== undefined);
  alarms.push(...world.alarms.map(({ what }) => what));
  return ending?.outcome;

  async function story(): Promise<void> {
    await Promise.all(connections.map((client) => client.connect()));
    const [a, b] = connections.map(connectionOf);
    ending = { outcome: await tell(a!, b!) };
  }

  function connectionOf(client: Client): Connection {
    return {
      ask: (text, values) => client.query(text, values).then(({ rows }) => rows, codeOf),
      // Long enough for every statement to come as far as it can.
      waits: () => new Promise((resolve) => world.scheduler.after(100, null, resolve)),
    };
  }
}

function codeOf(error: unknown): string {
  return error instanceof SqlError ? error.code : String(error);
}
