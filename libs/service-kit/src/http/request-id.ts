/** The id of a request: that of the caller when it is safe, else a new one. It is in every reply and log line. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

// Covers all common formats, and excludes characters that could break a header or a log line.
const safeId = /^[\w.:=+/@-]{1,128}$/;

export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && safeId.test(given) ? given : randomUUID();
}
