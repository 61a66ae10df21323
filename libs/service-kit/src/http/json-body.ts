/** JSON bodies are read in one place, and refused when they say something twice or something no store can keep. */

import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../refusal.ts';
import { findUnstorableText, type Finding } from './unstorable-text.ts';

type Done = (error: Error | null, body?: unknown) => void;

const depthMax = 32;

/** Only application/json is taken; a route that wants more (CSV, say) adds its own parser in its own plugin. */
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
    return new Refusal('UNSUPPORTED_MEDIA_TYPE', 'Encoded (compressed) bodies are not taken; send plain JSON.');
  }
  // RFC 8259 8.1. Node would put U+FFFD in place of what it can't read, silently.
  return isUtf8(bytes) ? undefined : new Refusal('MALFORMED_BODY', 'The body is not UTF-8.');
}

function refusalOf(found: Finding): Refusal {
  if (found.kind === 'depth') {
    return new Refusal('MALFORMED_BODY', `The body is nested deeper than ${depthMax} levels.`);
  }
  if (found.kind === 'duplicate') {
    return new Refusal('MALFORMED_BODY', 'The body has an object that names the same field twice; name it once.');
  }
  const message = 'has a character that cannot be stored: NUL or half a surrogate pair';
  return new Refusal('VALIDATION_FAILED', `The body is not as it should be: ${found.field} ${message}.`, {
    errors: [{ field: found.field, message }],
  });
}
