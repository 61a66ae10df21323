// Which headers go through the door, inwards and outwards.
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { traceHeaders } from '@oms/service-kit';

/**
 * All that the services read. Whatever is not here stays outside: headers of one connection (RFC 9110 7.6.1), and every
 * claim about identity or origin that a caller could make up - also those nobody has thought of yet.
 */
const inwards = [
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

/** Of the connection between the service and us; and the ones that we set ourselves. */
const notOutwards = new Set([
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

/** Name, value, name, value, ...: the form that undici takes as it is. */
export function headersInwards(request: FastifyRequest): string[] {
  const given = request.raw.headers;
  const headers: string[] = [];
  const traced = traceHeaders();
  for (const name of inwards) {
    // Ours goes on with the caller's trace, or begins one.
    const value = traced[name] ?? given[name];
    if (typeof value === 'string') headers.push(name, value);
  }
  headers.push('x-request-id', request.id, 'x-forwarded-for', request.ip);
  headers.push('x-forwarded-proto', request.protocol, 'x-forwarded-host', given.host ?? '');
  return headers;
}

/** The service's headers, after what the gateway itself has to say (`own`). */
export function headersOutwards(own: OutgoingHttpHeaders, given: IncomingHttpHeaders): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { ...own };
  for (const name in given) {
    const value = given[name];
    if (value === undefined || notOutwards.has(name)) continue;
    // Both have a say in it: the cors rules here, the service there.
    headers[name] = name === 'vary' && typeof own['vary'] === 'string' ? `${own['vary']}, ${String(value)}` : value;
  }
  return headers;
}
