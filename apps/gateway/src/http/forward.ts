/** Forwards a request to a service, and its reply to the caller, without parsing either. */
import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher, Pool } from 'undici';
import { failpoint } from '@oms/failpoint';
import { Refusal } from '@oms/service-kit';
import type { EventStreams } from './event-streams.ts';
import { requestHeaders, replyHeaders } from './forwarded-headers.ts';
import { readBody, type Body } from './request-body.ts';

export type Upstream = { service: string; pool: Pool; eventStreams: EventStreams };
type Failure = Error & { code?: string };

const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** Always replies: with the reply of the service, or with a problem. */
export function forward(request: FastifyRequest, reply: FastifyReply, to: Upstream, limitBytes: number): void {
  readBody(request.raw, limitBytes).then(
    (body) => attempt(request, reply, to, body, isSafe(request.method) ? 1 : 0),
    (error: Error) => void reply.send(error),
  );
}

/** A read can be retried; a write is retried by the caller only, with its Idempotency-Key. */
function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function attempt(request: FastifyRequest, reply: FastifyReply, to: Upstream, body: Body, retries: number): void {
  const headers = requestHeaders(request);
  if (body.lengthBytes !== undefined) headers.push('content-length', String(body.lengthBytes));
  const answer = reply.raw;
  const options = { path: request.raw.url ?? '/', method: request.method as 'GET', headers, body: body.content };
  let controller: Dispatcher.DispatchController | undefined;
  const onCallerGone = () => {
    if (!answer.writableFinished) controller?.abort(new Error('the caller has disconnected'));
  };

  const endWithGateway = () => {
    const end = () => {
      answer.end(); // the caller reconnects with its Last-Event-ID
      controller?.abort(new Error('the gateway stops'));
    };
    answer.once('close', to.eventStreams.add(end));
  };

  to.pool.dispatch(options, {
    onRequestStart(started) {
      controller = started;
      failpoint('gateway.forwarding');
      if (answer.destroyed) onCallerGone();
      else answer.once('close', onCallerGone);
    },
    onResponseStart(_controller, status, given) {
      if (status < 200) return; // informational replies are not forwarded
      failpoint('gateway.answering');
      // From here on the reply is written to the socket directly; Fastify only sees its end.
      reply.hijack();
      if (String(given['content-type']).startsWith('text/event-stream')) endWithGateway();
      answer.writeHead(status, replyHeaders(reply.getHeaders() as OutgoingHttpHeaders, given));
    },
    onResponseData(current, chunk) {
      if (answer.write(chunk)) return;
      current.pause();
      answer.once('drain', () => current.resume());
    },
    onResponseEnd() {
      answer.end();
    },
    onResponseError(_controller, error: Failure) {
      answer.off('close', onCallerGone);
      // undici does not consume a body that it has not sent, and the caller's connection would stall.
      if (body.content instanceof Readable) body.content.destroy();
      if (answer.destroyed || answer.writableEnded) return; // the caller has disconnected
      if (answer.headersSent) {
        request.log.warn({ err: error }, `the reply of the ${to.service} service was incomplete`);
        answer.destroy(); // closing the connection is the only way left to show that the reply is incomplete
      } else if (retries > 0 && !timeoutCodes.has(error.code ?? '')) {
        attempt(request, reply, to, body, retries - 1);
      } else {
        refuse(request, reply, error, to.service);
      }
    },
  });
}

function refuse(request: FastifyRequest, reply: FastifyReply, error: Failure, service: string): void {
  const refusal = refusalOf(error, service, isSafe(request.method));
  if (refusal !== error) request.log.warn({ err: error }, `the ${service} service did not answer`);
  void reply.send(refusal);
}

function refusalOf(error: Failure, service: string, safe: boolean): Refusal {
  if (error instanceof Refusal) return error; // the body is too large
  const again = safe ? 'try again' : 'send it again with the same Idempotency-Key';
  if (timeoutCodes.has(error.code ?? '')) {
    return new Refusal('UPSTREAM_TIMEOUT', `The ${service} service took too long to answer; ${again}.`, { service });
  }
  return new Refusal(
    'UPSTREAM_UNAVAILABLE',
    `The ${service} service does not answer at the moment; ${again} shortly.`,
    {
      service,
    },
  );
}
