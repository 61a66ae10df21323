/** A reply that grows while the work goes on: JSON lines, or one JSON document at the end for a caller that accepts nothing else. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../refusal.ts';

export type ReportReply = {
  /** A line; nothing in a single document. The first one begins the reply. What is written must be bounded: a slow reader is not waited for. */
  write(line: object): void;
  /** @param line the last one. @param document the single document */
  end(line: object, document: object): void;
  /** The work has failed: as a problem with the members `extras` if no line was written, and otherwise as a last line. */
  fail(error: unknown, extras: object): void;
};

const lines = 'application/x-ndjson';

export function beginReport(request: FastifyRequest, reply: FastifyReply): ReportReply {
  const isDocument = acceptsOnlyDocument(request.headers.accept);
  const { raw } = reply;
  return {
    write(line) {
      if (!isDocument) writeLine(line);
    },
    end(line, document) {
      if (isDocument) void reply.type('application/json').send(JSON.stringify(document));
      else {
        writeLine(line);
        raw.end();
      }
    },
    fail(error, extras) {
      if (raw.destroyed) return;
      if (!raw.headersSent) throw error instanceof Refusal ? withExtras(error, extras) : error;
      if (!(error instanceof Refusal))
        request.log.error({ err: error }, 'the request failed after its reply had begun');
      const { code, message } = error instanceof Refusal ? error : { code: 'INTERNAL', message: 'The request failed.' };
      const members = error instanceof Refusal ? error.extras : {};
      writeLine({ problem: { ...members, code, detail: message }, ...extras });
      raw.end();
    },
  };

  function writeLine(line: object): void {
    if (raw.destroyed) return;
    if (!raw.headersSent) {
      reply.hijack();
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': lines,
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      });
    }
    raw.write(`${JSON.stringify(line)}\n`);
  }
}

function acceptsOnlyDocument(accept = '*/*'): boolean {
  return accept.includes('application/json') && !accept.includes(lines) && !accept.includes('*/*');
}

function withExtras({ code, message, extras }: Refusal, more: object): Refusal {
  return new Refusal(code, message, { ...extras, ...more });
}
