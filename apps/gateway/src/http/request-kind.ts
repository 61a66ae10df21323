// What a request is to the business: a change, the read of one thing, a list or figures, a long wait, or a stream.
import type { FastifyRequest } from 'fastify';
import type { RequestKind } from './admission.ts';

const streamPath = /\/(events|live)$/;
const transferPath = /\/(import|export)$/;
const onlyFigures = '/v1/analytics';

/** @param prefix the public path that the request belongs to, such as /v1/orders */
export function kindOf(request: FastifyRequest, prefix: string): RequestKind {
  const { method, query } = request;
  if (isTransfer(request)) return 'stream';
  if (method !== 'GET' && method !== 'HEAD') return 'change';
  const path = pathOf(request);
  if (streamPath.test(path) || isEventStream(request.headers.accept)) return 'stream';
  if ('waitFor' in (query as object)) return 'wait';
  // One thing has exactly one more part, its id. The lists that belong to it have two.
  const parts = path.slice(prefix.length).split('/').filter(Boolean).length;
  return parts === 1 && prefix !== onlyFigures ? 'read' : 'list';
}

/** A file of any length, sent or received. It has the connections of event streams, and no deadline but that for idle ones. */
export function isTransfer(request: FastifyRequest): boolean {
  return transferPath.test(pathOf(request));
}

function pathOf({ raw }: FastifyRequest): string {
  return (raw.url ?? '').split('?', 1)[0] ?? '';
}

function isEventStream(accept: string | undefined): boolean {
  return accept?.includes('text/event-stream') === true;
}
