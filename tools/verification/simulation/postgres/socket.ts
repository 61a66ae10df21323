// The network between a client of PostgreSQL and its server: bytes take a while, and connections break on either way.

import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Process } from '../world/process.ts';
import { runningProcess } from '../world/scheduler.ts';
import { happens, type World } from '../world/world.ts';
import type { Database } from './database.ts';
import type { Session } from './session.ts';
import { createRequestReader, readStartup, type Answer, type Request } from './wire.ts';

/** What pg uses of a socket. */
type Connection = EventEmitter & {
  writable: boolean;
  connect(): void;
  write(bytes: Buffer, then?: () => void): boolean;
  end(): void;
  destroy(error?: Error): void;
};

export function connectionTo(world: World, process: Process, database: Database): Connection {
  const { scheduler, random } = world;
  const read = createRequestReader();
  let session: Session | null = null;
  let open = true;
  /** Broken on the way there; what was sent later does not arrive either. */
  let isSevered = false;
  /** Broken on the way back. */
  let isDeaf = false;
  /** Bytes arrive in the order in which they were sent. */
  let arrivedMs = 0;
  let returnedMs = 0;

  const events = new EventEmitter();
  const connection: Connection = Object.assign(events, {
    writable: true,
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
    cork: nothing,
    uncork: nothing,
    connect() {
      process.onDeath.add(abandon);
      scheduler.after(hopMs(), process, () => {
        if (!open) return;
        if (database.isUp()) return void events.emit('connect');
        open = false;
        events.emit('error', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
        close();
      });
    },
    write(bytes: Buffer, then?: () => void) {
      // A dead process sends nothing.
      if (!open || !process.alive) return false;
      for (const request of read(Buffer.from(bytes))) send(request);
      then?.();
      return true;
    },
    end() {
      if (!open) return;
      abandon();
      scheduler.after(0, process, close);
    },
    destroy(error?: Error) {
      if (!open) return;
      abandon();
      if (error) scheduler.after(0, process, () => events.emit('error', error));
      scheduler.after(0, process, close);
    },
  });
  return connection;

  function send(request: Request): void {
    const isStartup = session === null && request.bytes[4] === 0;
    const isCommit = request.text === 'COMMIT';
    const lost =
      !isStartup &&
      !request.isEnd &&
      happens(
        world,
        isCommit ? 'database: COMMIT lost on its way' : 'database: connection cut before a statement arrives',
      );
    if (isSevered) return;
    if (lost) {
      isSevered = true;
      return cutAfter(hopMs());
    }
    arrivedMs = Math.max(arrivedMs, scheduler.now() + hopMs());
    const arrive = isStartup ? () => scheduler.holdFor(start(request)) : () => session?.receive(request);
    scheduler.after(arrivedMs - scheduler.now(), null, arrive);
  }

  async function start(request: Request): Promise<void> {
    if (!open) return;
    if (!database.isUp()) return cutAfter(hopMs());
    session = await database.open(readStartup(request), {
      onAnswer: answered,
      onNotification: (message) => deliver(message),
      onTerminated: (message) => {
        session = null;
        deliver(message);
        afterReturn(close);
      },
    });
    deliver(session.backend.greeting);
  }

  function answered(answer: Answer, request: Request): void {
    if (isDeaf) return;
    if (happens(world, request.text === 'COMMIT' ? 'database: answer to COMMIT lost' : 'database: answer lost')) {
      isDeaf = true;
      return cutAfter(hopMs());
    }
    deliver(answer.bytes);
    if (answer.isLast) afterReturn(close);
  }

  function deliver(bytes: Buffer): void {
    returnedMs = Math.max(returnedMs, scheduler.now() + hopMs());
    afterReturn(() => void (open && events.emit('data', bytes)));
  }

  function afterReturn(run: () => void): void {
    scheduler.after(Math.max(0, returnedMs - scheduler.now()), process, run);
  }

  function cutAfter(ms: number): void {
    scheduler.after(ms, process, () => {
      if (!open) return;
      abandon();
      close();
    });
  }

  /** The client's end is gone; the server detects it a while later. */
  function abandon(): void {
    open = false;
    connection.writable = false;
    process.onDeath.delete(abandon);
    scheduler.after(hopMs(), null, () => session?.abandon());
  }

  function close(): void {
    open = false;
    connection.writable = false;
    process.onDeath.delete(abandon);
    events.emit('close');
  }

  function hopMs(): number {
    if (happens(world, 'database: statement is slow')) return random.uniform(20, 1_500);
    return random.chance(0.05) ? random.uniform(1, 15) : random.uniform(0.05, 0.8);
  }
}

/** Pools and clients that a simulated process opens are pg's own on simulated connections. Answers how to undo it. */
export function takeOverConnections(
  world: World,
  databaseAt: (url: string | undefined) => Database | undefined,
): () => void {
  const [OwnClient, OwnPool] = [pg.Client, pg.Pool];
  class SimulatedClient extends OwnClient {
    constructor(config: pg.ClientConfig) {
      const process = runningProcess();
      const database = databaseAt(config.connectionString);
      if (!process || !database) throw new Error('A simulated process opens simulated connections only.');
      super({ ...config, stream: () => connectionTo(world, process, database) as never });
    }
  }
  class SimulatedPool extends OwnPool {
    constructor(config: pg.PoolConfig) {
      super({ ...config, Client: SimulatedClient as never });
    }
  }
  Object.assign(pg, { Client: SimulatedClient, Pool: SimulatedPool });
  return () => void Object.assign(pg, { Client: OwnClient, Pool: OwnPool });
}

function nothing(): void {}
