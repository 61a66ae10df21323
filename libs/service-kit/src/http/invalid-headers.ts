// Refuses what Node refuses without a problem document, or lets pass: no Host, several Hosts, and expectations that are not 100-continue.

import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../refusal.ts';

export function refuseInvalidHeaders(app: FastifyInstance): void {
  // Without a listener Node answers such a request itself.
  app.server.on('checkExpectation', (request, response) => app.routing(request, response));
  app.addHook('preParsing', ({ raw }, _reply, _payload, done) => {
    done(refusalOf(raw));
  });
}

function refusalOf(request: IncomingMessage): Refusal | undefined {
  const hosts = hostsIn(request.rawHeaders);
  // RFC 9112 3.2
  if (hosts > 1) return new Refusal('MALFORMED_REQUEST', 'The request has more than one Host header; send one.');
  if (hosts === 0 && request.httpVersion === '1.1') {
    return new Refusal('MALFORMED_REQUEST', 'The request has no Host header; send one.');
  }
  const { expect } = request.headers;
  // RFC 9110 10.1.1
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    return new Refusal('EXPECTATION_FAILED', 'The only expectation that is supported is 100-continue.');
  }
  return undefined;
}

function hostsIn(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}
