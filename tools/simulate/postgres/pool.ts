// A pool as pg-pool is one: lends connections, waits for one at most 5 s, and throws away what broke.

import { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { Process } from '../world/process.ts';
import type { World } from '../world/world.ts';
import { createClient, type Client, type QueryArgument } from './client.ts';
import type { Result } from './compile-statement.ts';
import type { Server } from './server.ts';

type Lent = Client & { release(error?: Error | boolean): void };
type Waiting = { give: (client: Lent) => void; fail: (error: Error) => void };

const connectTimeoutMs = 5_000;

export function createPool(world: World, process: Process, server: Server, max: number): pg.Pool {
  const { scheduler } = world;
  const events = new EventEmitter();
  const idle: Lent[] = [];
  const waiting: Waiting[] = [];
  let open = 0;

  events.on('error', () => {});
  const pool = Object.assign(events, { connect, query, end: () => Promise.resolve(), options: {} });
  // Only what the services use of a pool is there.
  return pool as unknown as pg.Pool;

  function connect(): Promise<Lent> {
    return new Promise((resolve, reject) => {
      const wanted: Waiting = { give: resolve, fail: reject };
      waiting.push(wanted);
      serve();
      if (!waiting.includes(wanted)) return;
      scheduler.after(connectTimeoutMs, process, () => {
        const at = waiting.indexOf(wanted);
        if (at < 0) return;
        waiting.splice(at, 1);
        reject(new Error('timeout exceeded when trying to connect'));
      });
    });
  }

  async function query(given: QueryArgument, values?: readonly unknown[]): Promise<Result> {
    const client = await connect();
    try {
      const result = await client.query(given, values);
      client.release();
      return result;
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
  }

  function serve(): void {
    while (waiting.length > 0) {
      const client = idle.pop();
      if (client?.isBroken()) {
        open -= 1;
        continue;
      }
      if (client) waiting.shift()!.give(lend(client));
      else if (open < max) void openOne();
      else return;
      if (!client) return;
    }
  }

  async function openOne(): Promise<void> {
    open += 1;
    const client = createClient(world, process, server) as Lent;
    client.on('error', () => {});
    try {
      await client.connect();
    } catch (error) {
      open -= 1;
      waiting.shift()?.fail(error as Error);
      serve();
      return;
    }
    const next = waiting.shift();
    if (next) next.give(lend(client));
    else idle.push(client);
    if (waiting.length > 0) serve();
  }

  function lend(client: Lent): Lent {
    let lent = true;
    client.release = (error) => {
      if (!lent) throw new Error('Release called on client which has already been released to the pool.');
      lent = false;
      events.emit('release', error, client);
      if (error || client.isBroken()) {
        open -= 1;
        void client.end();
      } else idle.push(client);
      serve();
    };
    return client;
  }
}
