// Forwards a request to a service, and its reply to the caller, without parsing either: first the body, then admission, then the connection.
import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher, Pool } from 'undici';
import { failpoint } from '@oms/failpoint';
import { bodyTooSlow, Refusal } from '@oms/service-kit';
import type { Admission } from './admission.ts';
import type { BodyMemory } from './body-memory.ts';
import type { EventStreams } from './event-streams.ts';
import { requestHeaders, replyHeaders } from './forwarded-headers.ts';
import { hasBody, readBody } from './request-body.ts';
import { isTransfer, kindOf } from './request-kind.ts';
import { streamUpload, type Upload } from './upload.ts';

export type Upstream = {
  service: string;
  /** The public path of the request's route. */
  prefix: string;
  pool: Pool;
  /** For event streams. */
  streamPool: Pool;
  admission: Admission;
  bodies: BodyMemory;
  bodyLimitBytes: number;
  /** Between two chunks of an event stream, and for a caller to read one. */
  streamIdleMs: number;
  /** The same for all other replies, which end at their deadline in any case. */
  replyIdleMs: number;
  eventStreams: EventStreams;
};

const timeToAnswerMs = 100;
const eventEnd = Buffer.from('\n\n');

type Call = {
  request: FastifyRequest;
  reply: FastifyReply;
  to: Upstream;
  body: Buffer | null;
  /** Instead of a body in memory: the body is passed on as it arrives. */
  upload?: Upload;
  retries: number;
  controller?: Dispatcher.DispatchController;
  /** Runs while the caller does not read. */
  unread?: NodeJS.Timeout;
  /** The reply is complete, the deadline has passed, or the caller has disconnected: nothing more of the service is needed. */
  isOver: boolean;
  /** Returns the connection and the memory. */
  release: () => void;
};

/** Always replies: with the reply of the service, or with a problem. */
export function forward(request: FastifyRequest, reply: FastifyReply, to: Upstream): void {
  const call: Call = { request, reply, to, body: null, retries: isSafe(request) ? 1 : 0, isOver: false, release() {} };
  request.deadline.onExpired(() => {
    giveUp(call, 'the deadline of the request has passed');
    if (!reply.raw.headersSent) void reply.send(request.raw.complete ? tooLate(call) : bodyTooSlow(reply));
  });
  request.deadline.onEnd(() => {
    // An incomplete body has a reply of its own, for metrics and logs.
    if (request.raw.complete) giveUp(call, 'the reply is complete, or the caller has disconnected');
  });
  receive(call).then(
    () => admit(call),
    (error: Error) => refuse(call, error),
  );
}

function isSafe({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

async function receive(call: Call): Promise<void> {
  const { request, to } = call;
  if (!hasBody(request.raw)) return;
  if (isTransfer(request)) {
    request.deadline.lift();
    call.upload = streamUpload(request.raw, {
      idleMs: to.streamIdleMs,
      onEnd: (reason) => {
        if (call.isOver) return;
        const isAnswered = call.reply.raw.headersSent;
        giveUp(call, reason);
        if (isAnswered) call.reply.raw.destroy();
        else void call.reply.send(bodyTooSlow(call.reply));
      },
    });
    return;
  }
  const account = to.bodies.open(request.caller.id, routeOf(request));
  call.release = () => account.free();
  call.body = await readBody(request.raw, account, to.bodyLimitBytes);
}

function admit(call: Call): void {
  if (call.isOver) return;
  const { request, to, release: freeBody } = call;
  try {
    const leave = to.admission.enter({
      caller: request.caller.id,
      kind: kindOf(request, to.prefix),
      route: routeOf(request),
      start: () => begin(call),
    });
    call.release = () => {
      leave();
      freeBody();
    };
    if (call.isOver) call.release(); // it was not sent at all
  } catch (error) {
    refuse(call, error as Refusal);
  }
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}

/** A request whose time is nearly over is not sent: its caller would not get the reply. */
function begin(call: Call): void {
  if (call.request.deadline.remainingMs() > timeToAnswerMs) send(call);
  else refuse(call, tooLate(call));
}

function giveUp(call: Call, reason: string): void {
  clearTimeout(call.unread);
  call.upload?.end();
  if (call.isOver) return;
  call.isOver = true;
  call.controller?.abort(new Error(reason));
  call.release();
}

function send(call: Call): void {
  const { request, reply, to, body } = call;
  const answer = reply.raw;
  const headers = requestHeaders(request);
  const length = call.upload ? request.raw.headers['content-length'] : String(body?.length ?? 0);
  if (length !== undefined && (body !== null || !isSafe(request))) headers.push('content-length', length);
  const isStream = kindOf(request, to.prefix) === 'stream';
  const idleMs = isStream ? to.streamIdleMs : to.replyIdleMs;
  let isBetweenEvents = true;
  const endWithGateway = () => {
    const end = () => {
      // The caller reconnects with its Last-Event-ID. After a part of an event nothing may be written: it would complete the event.
      answer.end(isBetweenEvents ? `retry: ${reconnectMs()}\n\n` : undefined);
      call.controller?.abort(new Error('the gateway stops'));
    };
    answer.once('close', to.eventStreams.add(end));
  };

  (isStream ? to.streamPool : to.pool).dispatch(
    {
      path: request.raw.url ?? '/',
      method: request.method,
      headers,
      body: call.upload?.body ?? body,
      // The deadline of the request ends the call. Event streams have none.
      headersTimeout: 0,
      // The reply to an upload goes on as the upload does.
      bodyTimeout: call.upload ? 0 : idleMs,
    },
    {
      onRequestStart(controller) {
        call.controller = controller;
        failpoint('gateway.forwarding');
        if (call.isOver) controller.abort(new Error('the request is over'));
      },
      onResponseStart(_controller, status, given) {
        if (status < 200) return; // informational replies are not forwarded
        failpoint('gateway.answering');
        // From here on the reply is written to the socket directly; Fastify only sees its end.
        reply.hijack();
        if (String(given['content-type']).startsWith('text/event-stream')) {
          request.deadline.lift();
          endWithGateway();
        } else if (status < 300 && isTransfer(request)) request.deadline.lift();
        answer.writeHead(status, replyHeaders(reply.getHeaders() as OutgoingHttpHeaders, given));
        // The first event may be a while off.
        if (isStream) answer.flushHeaders();
      },
      onResponseData(controller, chunk) {
        call.upload?.touch();
        isBetweenEvents = chunk.subarray(-2).equals(eventEnd);
        if (answer.write(chunk)) return;
        controller.pause();
        // For an event stream this is the only limit to a caller that does not read.
        call.unread = setTimeout(() => request.raw.socket.destroy(), idleMs).unref();
        answer.once('drain', () => {
          clearTimeout(call.unread);
          controller.resume();
        });
      },
      onResponseEnd() {
        // The connection is free. How fast the caller reads the rest concerns only the caller.
        call.isOver = true;
        clearTimeout(call.unread);
        call.upload?.end();
        call.release();
        answer.end();
      },
      onResponseError(_controller, error) {
        if (call.isOver || answer.writableEnded) return;
        if (answer.headersSent) {
          request.log.warn({ err: error }, `the reply of the ${to.service} service was incomplete`);
          answer.destroy(); // closing the connection is the only way left to show that the reply is incomplete
        } else if (call.retries > 0) {
          call.retries -= 1;
          send(call);
        } else {
          request.log.warn({ err: error }, `the ${to.service} service did not answer`);
          refuse(call, unavailable(call));
        }
      },
    },
  );
}

/** Not the same for all, so that they do not all come back at the same moment. */
function reconnectMs(): number {
  return Math.round(1_000 + Math.random() * 3_000);
}

function refuse(call: Call, error: Error): void {
  call.release();
  call.upload?.end();
  if (call.isOver) return;
  call.isOver = true;
  if (error instanceof Refusal && error.code === 'TOO_MANY_REQUESTS') call.reply.header('retry-after', '1');
  void call.reply.send(error);
}

function unavailable({ request, to: { service } }: Call): Refusal {
  const detail = `The ${service} service does not answer at the moment; ${retryAdvice(request)} shortly.`;
  return new Refusal('UPSTREAM_UNAVAILABLE', detail, { service });
}

function tooLate({ request, to: { service } }: Call): Refusal {
  const detail = `The ${service} service took too long to answer; ${retryAdvice(request)}.`;
  return new Refusal('UPSTREAM_TIMEOUT', detail, { service });
}

function retryAdvice(request: FastifyRequest): string {
  return isSafe(request) ? 'try again' : 'send it again with the same Idempotency-Key';
}
