/** The headers that are forwarded, in requests and in replies. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { traceHeaders } from '@oms/service-kit';

/**
 * All request headers that the services read. Others are dropped: those of one connection (RFC 9110 7.6.1), and every claim about identity
 * or origin that a caller could invent, including unknown ones.
 */
const forwardedHeaders = [
  'accept',
  'accept-encoding',
  'accept-language',
  'authorization',
  'content-encoding',
  'content-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'last-event-id',
  'prefer',
  'traceparent',
  'tracestate',
  'user-agent',
] as const;

/** Reply headers that are dropped: those of the connection to the service, and those that the gateway sets. */
const droppedHeaders = new Set([
  'connection',
  'date',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
]);

/** The headers of the request to the service, as undici's flat list: name, value, name, value, ... */
export function requestHeaders(request: FastifyRequest): string[] {
  const given = request.raw.headers;
  const headers: string[] = [];
  const traced = traceHeaders();
  for (const name of forwardedHeaders) {
    // Our trace header continues the caller's trace, or starts a new one.
    const value = traced[name] ?? given[name];
    if (typeof value === 'string') headers.push(name, value);
  }
  headers.push('x-request-id', request.id, 'x-forwarded-for', request.ip);
  headers.push('x-forwarded-proto', request.protocol, 'x-forwarded-host', given.host ?? '');
  return headers;
}

/** The headers of the reply: `own` of the gateway, then those of the service. */
export function replyHeaders(own: OutgoingHttpHeaders, given: IncomingHttpHeaders): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { ...own };
  for (const name in given) {
    const value = given[name];
    if (value === undefined || droppedHeaders.has(name)) continue;
    // Both add to it: CORS here, and the service.
    headers[name] = name === 'vary' && typeof own['vary'] === 'string' ? `${own['vary']}, ${String(value)}` : value;
  }
  return headers;
}
