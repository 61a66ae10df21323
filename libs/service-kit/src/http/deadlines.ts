// One deadline for each request: from its arrival to the last byte of its reply, also when the caller sends or reads slowly or not at all.

import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../refusal.ts';

export type Deadline = {
  /** The time that is left; negative when the deadline has passed. */
  remainingMs(): number;
  /** What replies at the deadline instead of the usual refusal. It is also called when the reply has begun, and must then only clean up. */
  onExpired(answer: () => void): void;
  /** Called once when the reply is complete, or its connection is closed. */
  onEnd(ended: () => void): void;
  /** For a reply without an end, such as an event stream: from now on there is no deadline. */
  lift(): void;
  /** How long after the arrival it was lifted; undefined if it was not. */
  liftedAfterMs(): number | undefined;
};

declare module 'fastify' {
  interface FastifyRequest {
    deadline: Deadline;
  }
}

/** A caller that does not read the reply of an expired request loses its connection after this time. */
const readingGraceMs = 1_000;

/** Must be added before all hooks whose time counts. */
export function addDeadlines(app: FastifyInstance, deadlineMs: number): void {
  app.decorateRequest('deadline', undefined as unknown as Deadline);
  app.addHook('onRequest', (request, reply, done) => {
    request.deadline = startDeadline(request, reply, deadlineMs);
    done();
  });
}

function startDeadline(request: FastifyRequest, reply: FastifyReply, deadlineMs: number): Deadline {
  const { raw } = reply;
  const { socket } = request.raw;
  const startedAt = performance.now();
  const expiresAt = startedAt + deadlineMs;
  let liftedAt: number | undefined;
  let answer = () => {
    if (!raw.headersSent) refuse(request, reply);
  };
  let ended: (() => void) | undefined;
  let timer = setTimeout(expire, deadlineMs).unref();
  const unwatch = onClose(socket, end);
  raw.once('close', end);
  return {
    remainingMs: () => expiresAt - performance.now(),
    onExpired: (own) => (answer = own),
    onEnd: (own) => (ended = own),
    lift() {
      clearTimeout(timer);
      liftedAt ??= performance.now();
    },
    liftedAfterMs: () => (liftedAt === undefined ? undefined : liftedAt - startedAt),
  };

  function expire(): void {
    // A reply that has begun is either incomplete or not read. Only a closed connection can show that.
    const disconnect = () => socket.destroy();
    if (raw.headersSent) disconnect();
    else timer = setTimeout(disconnect, readingGraceMs).unref();
    answer();
  }

  function end(): void {
    clearTimeout(timer);
    unwatch();
    // A request that a test injects has no socket.
    if (!request.raw.complete && socket instanceof Socket) endBody();
    const once = ended;
    ended = undefined;
    once?.();
  }

  /** A body that still arrives after its reply has the time of a request. */
  function endBody(): void {
    const late = setTimeout(() => socket.destroy(), deadlineMs).unref();
    request.raw.once('close', () => clearTimeout(late)).once('end', () => clearTimeout(late));
  }
}

const watchers = new WeakMap<Socket, Set<() => void>>();

/** A response emits `close` only when it is its turn on the connection. With pipelined requests others are under way too. */
function onClose(socket: Socket, closed: () => void): () => void {
  let ofSocket = watchers.get(socket);
  if (ofSocket === undefined) {
    const all = (ofSocket = new Set());
    watchers.set(socket, all);
    socket.once('close', () => all.forEach((each) => each()));
  }
  ofSocket.add(closed);
  return () => void ofSocket.delete(closed);
}

function refuse(request: FastifyRequest, reply: FastifyReply): void {
  const refusal = request.raw.complete
    ? new Refusal('DEADLINE_EXCEEDED', `The request was not answered in time. ${retryAdvice(request.method)}`)
    : bodyTooSlow(reply);
  void reply.send(refusal);
}

/** The rest of the body is not waited for: the connection is closed after the reply. */
export function bodyTooSlow(reply: FastifyReply): Refusal {
  reply.header('connection', 'close');
  return new Refusal('REQUEST_TIMEOUT', 'The body of the request took too long to arrive; send it again.');
}

function retryAdvice(method: string): string {
  if (method === 'GET' || method === 'HEAD') return 'Try again.';
  return 'Whether it was carried out is not known; send it again with the same Idempotency-Key.';
}
