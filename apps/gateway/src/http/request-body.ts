// The body of a request on its way in: small ones are gathered, large ones streamed, none gets larger than allowed.
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { Refusal } from '@oms/service-kit';

export type Body = { content: Buffer | Transform | null; lengthBytes: number | undefined };

/** Below this, one write to the service is cheaper than a stream, and the service never waits for a slow caller. */
const gatheredBytesMax = 65_536;

/** @throws Refusal PAYLOAD_TOO_LARGE as soon as it is known; later, a stream that grows too large fails with it */
export async function takeBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  // A body on GET means nothing (RFC 9110 9.3.1); Node reads it off the connection.
  if (request.method === 'GET' || request.method === 'HEAD') return { content: null, lengthBytes: undefined };
  if (encoding === undefined && (length === undefined || length === '0')) return { content: null, lengthBytes: 0 };
  const lengthBytes = length === undefined ? undefined : Number(length);
  if (lengthBytes !== undefined && lengthBytes > limitBytes) throw tooLarge(limitBytes);
  if (lengthBytes === undefined || lengthBytes > gatheredBytesMax) {
    return { content: bounded(request, limitBytes), lengthBytes };
  }
  return { content: await gather(request), lengthBytes };
}

function gather(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(callerGone());
    });
  });
}

/** Without a content-length only counting tells how large a body is. */
function bounded(request: IncomingMessage, limitBytes: number): Transform {
  let seenBytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seenBytes += chunk.length;
      if (seenBytes > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
  request.once('close', () => {
    if (!request.complete) counted.destroy(callerGone());
  });
  // Too large, or the service has heard enough: the rest is read and dropped, or the connection could not be used again.
  // Unpiped first, as the pipe's own end pauses the request.
  counted.once('close', () => request.unpipe(counted).resume());
  // Whoever sends the body hears of its error as long as they send it; afterwards nobody needs to.
  counted.on('error', () => {});
  return request.pipe(counted);
}

function callerGone(): Error {
  return new Error('the caller went away before the body was whole');
}

function tooLarge(limitBytes: number): Refusal {
  return new Refusal('PAYLOAD_TOO_LARGE', `The body is larger than the ${limitBytes} bytes that are taken here.`);
}
