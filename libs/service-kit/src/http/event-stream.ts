/** The reply of a route that is an event stream: written to the socket directly, without a deadline, until the token expires. */

import type { ServerResponse } from 'node:http';
import { decodeJwt } from 'jose';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerToken } from './guard.ts';

export type EventStreamReply = {
  /** Has its status and headers; frames can be written. */
  response: ServerResponse;
  /** When the caller's token expires, by the system's clock: the stream should end then. */
  expiresAtMs: number;
};

/** From here on Fastify only sees the end of the reply, so a refusal must be thrown before. Headers that were set are kept. */
export function beginEventStream(request: FastifyRequest, reply: FastifyReply): EventStreamReply {
  const expiresAtMs = expiresAtMsOf(bearerToken(request.headers.authorization));
  reply.hijack();
  request.deadline.lift();
  const { raw: response } = reply;
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx would hold frames back.
    'x-accel-buffering': 'no',
    // The connection is of no further use after a stream.
    connection: 'close',
  });
  // The first event may be a while off.
  response.flushHeaders();
  return { response, expiresAtMs };
}

/** Of a token that the guard has verified. */
function expiresAtMsOf(token: string | undefined): number {
  const { exp = Infinity } = token === undefined ? {} : decodeJwt(token);
  return exp * 1_000;
}
