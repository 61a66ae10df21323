/** Each request has an id: the caller's own when it is a sane token, else a new one; it is in every reply and log line. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

// Long enough for every common format, and nothing that could break a header or a log line.
const saneToken = /^[\w.:=+/@-]{1,128}$/;

export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && saneToken.test(given) ? given : randomUUID();
}
