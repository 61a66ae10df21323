// One request on its way to a service and its answer on the way back: bytes are passed on, never read.
import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher, Pool } from 'undici';
import { failpoint } from '@oms/failpoint';
import { Refusal } from '@oms/service-kit';
import type { EventStreams } from './event-streams.ts';
import { headersInwards, headersOutwards } from './passed-headers.ts';
import { takeBody, type Body } from './request-body.ts';

export type Upstream = { service: string; pool: Pool; eventStreams: EventStreams };
type Failure = Error & { code?: string };

const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** Answers the request in any case: with the service's answer, or with a problem. */
export function forward(request: FastifyRequest, reply: FastifyReply, to: Upstream, limitBytes: number): void {
  takeBody(request.raw, limitBytes).then(
    (body) => attempt(request, reply, to, body, isSafe(request.method) ? 1 : 0),
    (error: Error) => void reply.send(error),
  );
}

/** Reading again does no harm; a write is the caller's to repeat, with its Idempotency-Key. */
function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function attempt(request: FastifyRequest, reply: FastifyReply, to: Upstream, body: Body, retries: number): void {
  const headers = headersInwards(request);
  if (body.lengthBytes !== undefined) headers.push('content-length', String(body.lengthBytes));
  const answer = reply.raw;
  const options = { path: request.raw.url ?? '/', method: request.method as 'GET', headers, body: body.content };
  let controller: Dispatcher.DispatchController | undefined;
  const onCallerGone = () => {
    if (!answer.writableFinished) controller?.abort(new Error('the caller is gone'));
  };

  const endWithGateway = () => {
    const end = () => {
      answer.end(); // the caller comes back with its Last-Event-ID
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
      if (status < 200) return; // early hints and the like are for us
      failpoint('gateway.answering');
      // From here on the answer goes to the socket directly; Fastify only hears of its end.
      reply.hijack();
      if (String(given['content-type']).startsWith('text/event-stream')) endWithGateway();
      answer.writeHead(status, headersOutwards(reply.getHeaders() as OutgoingHttpHeaders, given));
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
      // undici leaves a body that it never sent as it is, and its connection would stall in the middle of it.
      if (body.content instanceof Readable) body.content.destroy();
      if (answer.destroyed || answer.writableEnded) return; // nobody is left to hear of it
      if (answer.headersSent) {
        request.log.warn({ err: error }, `the answer of the ${to.service} service broke off`);
        answer.destroy(); // a cut connection is the only way left to say that the answer is not whole
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
  if (refusal !== error) request.log.warn({ err: error }, `the ${service} service gave no answer`);
  void reply.send(refusal);
}

function refusalOf(error: Failure, service: string, safe: boolean): Refusal {
  if (error instanceof Refusal) return error; // the body grew too large
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
