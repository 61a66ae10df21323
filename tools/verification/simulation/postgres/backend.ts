// One real connection to PostgreSQL, used by one simulated connection after the other: a request goes in, its whole answer comes out.

import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  createMessageReader,
  fieldOf,
  queryMessage,
  startupMessage,
  statusOf,
  type Answer,
  type BackendMessage,
} from './wire.ts';

export type Backend = {
  /** The process id of its server process. */
  pid: number;
  /** The first bytes of the server on a new connection; a simulated client gets the same. */
  greeting: Buffer;
  /** Resolves with the answer to the last of `requests`; those before it only prepare it, and their answers are dropped. */
  run(...requests: readonly Buffer[]): Promise<Answer>;
  /** Notifications that came since the last call. */
  takeNotifications(): Buffer[];
  isClosed(): boolean;
  /** Resolves when the connection is closed from either end. */
  closed: Promise<void>;
  close(): void;
};

type Waiting = { left: number; answer: Answer; chunks: Buffer[]; resolve: (answer: Answer) => void };

export function openBackend({ socketDir, database }: { socketDir: string; database: string }): Promise<Backend> {
  const { promise: opened, resolve: open, reject } = Promise.withResolvers<Backend>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const socket: Socket = connect(join(socketDir, '.s.PGSQL.5432'));
  const read = createMessageReader();
  const notifications: Buffer[] = [];
  let pid = 0;
  let waiting: Waiting | null = null;
  let isClosed = false;

  const backend: Backend = {
    get pid() {
      return pid;
    },
    greeting: Buffer.alloc(0),
    run(...requests) {
      return new Promise((resolve) => {
        waiting = { left: requests.length, answer: emptyAnswer(), chunks: [], resolve };
        if (isClosed) return finish();
        socket.write(requests.length === 1 ? requests[0]! : Buffer.concat(requests));
      });
    },
    takeNotifications: () => notifications.splice(0),
    isClosed: () => isClosed,
    closed,
    close: () => socket.destroy(),
  };

  socket.on('connect', () => {
    void backend.run(startupMessage({ user: 'postgres', database, client_encoding: 'UTF8' })).then((answer) => {
      if (answer.isLast) return reject(new Error(`PostgreSQL did not let the simulation into ${database}.`));
      backend.greeting = answer.bytes;
      open(backend);
    });
  });
  socket.on('data', (chunk: Buffer) => {
    for (const message of read(chunk)) take(message);
  });
  socket.on('error', reject);
  socket.on('close', () => {
    isClosed = true;
    if (waiting) finish();
    close();
  });
  return opened;

  function take(message: BackendMessage): void {
    const { type, bytes } = message;
    if (type === 'A') return void notifications.push(bytes);
    if (type === 'K') pid = bytes.readInt32BE(5);
    if (!waiting) return;
    const { answer, chunks } = waiting;
    // The answers to what only prepares the request are not the client's.
    if (waiting.left === 1) {
      if (type === 'N' && fieldOf(message, 'S') === 'INFO') return void answer.infos.push(fieldOf(message, 'M'));
      chunks.push(bytes);
      if (type === 'E') answer.errorCode = fieldOf(message, 'C');
    }
    if (type !== 'Z') return;
    waiting.left -= 1;
    answer.status = statusOf(message);
    if (waiting.left === 0) settle(waiting, false);
  }

  function finish(): void {
    if (waiting) settle(waiting, true);
  }

  function settle({ answer, chunks, resolve }: Waiting, isLast: boolean): void {
    waiting = null;
    resolve({ ...answer, bytes: Buffer.concat(chunks), isLast });
  }
}

/** Rolls back what is open and forgets all that was set, so that the next user finds it new. */
export async function resetBackend(backend: Backend): Promise<void> {
  await backend.run(queryMessage('ROLLBACK'), queryMessage('DISCARD ALL'));
  backend.takeNotifications();
}

function emptyAnswer(): Answer {
  return { bytes: Buffer.alloc(0), status: 'idle', infos: [], errorCode: null, isLast: false };
}
