/** Parses JSON bodies, and refuses duplicate keys, deep nesting, and text that PostgreSQL cannot store. */

import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../refusal.ts';
import { findUnstorableText, hasMoreFields, type BodyError } from './unstorable-text.ts';

type Done = (error: Error | null, body?: unknown) => void;

const depthMax = 32;

/** Accepts only application/json; a route that accepts more, such as CSV, adds its own parser in its own plugin. */
export function addJsonBody(app: FastifyInstance): void {
  // Refuses __proto__ and constructor.prototype, which could change objects that later merge the body.
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    const refusal = refusalOfEncoding(request, bytes);
    if (refusal) {
      done(refusal);
      return;
    }
    const text = bytes.toString();
    const { bodyFieldsMax } = request.routeOptions.config;
    if (bodyFieldsMax !== undefined && text.length > 2 * bodyFieldsMax && hasMoreFields(text, bodyFieldsMax)) {
      done(tooManyFields(bodyFieldsMax));
      return;
    }
    void parse(request, text, (error: Error | null, body?: unknown) => {
      if (error) done(error);
      else finish(text, body, done);
    });
  });
}

function finish(text: string, body: unknown, done: Done): void {
  const found = findUnstorableText(text, body, depthMax);
  if (found === undefined) done(null, body);
  else done(refusalOf(found));
}

function refusalOfEncoding(request: FastifyRequest, bytes: Buffer): Refusal | undefined {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return new Refusal('UNSUPPORTED_MEDIA_TYPE', 'Compressed bodies are not supported; send plain JSON.');
  }
  // RFC 8259 8.1. Node would silently replace invalid bytes by U+FFFD.
  return isUtf8(bytes) ? undefined : new Refusal('MALFORMED_BODY', 'The body is not UTF-8.');
}

/** Parsing and validating an object takes most of its time for its fields. */
function tooManyFields(bodyFieldsMax: number): Refusal {
  return new Refusal('VALIDATION_FAILED', 'The body has far more fields than this route knows.', {
    errors: [{ field: 'body', message: `must have at most ${bodyFieldsMax} fields, nested ones included` }],
  });
}

function refusalOf(found: BodyError): Refusal {
  if (found.kind === 'depth') {
    return new Refusal('MALFORMED_BODY', `The body is nested deeper than ${depthMax} levels.`);
  }
  if (found.kind === 'duplicate') {
    return new Refusal('MALFORMED_BODY', 'The body has an object with the same field twice; send it once.');
  }
  const message = 'contains a character that cannot be stored: NUL or half a surrogate pair';
  return new Refusal('VALIDATION_FAILED', `The body is invalid: ${found.field} ${message}.`, {
    errors: [{ field: found.field, message }],
  });
}
