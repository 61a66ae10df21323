/** The body of a request: small ones are buffered, large ones streamed, and none exceeds the limit. */
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { Refusal } from '@oms/service-kit';

export type Body = { content: Buffer | Transform | null; lengthBytes: number | undefined };

/** Up to this size one write to the service is cheaper than a stream, and the service does not wait for a slow caller. */
const bufferedBytesMax = 65_536;

/** @throws Refusal PAYLOAD_TOO_LARGE when the content-length is too large; a stream that becomes too large fails with it later */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  // A body of GET has no meaning (RFC 9110 9.3.1); Node discards it.
  if (request.method === 'GET' || request.method === 'HEAD') return { content: null, lengthBytes: undefined };
  if (encoding === undefined && (length === undefined || length === '0')) return { content: null, lengthBytes: 0 };
  const lengthBytes = length === undefined ? undefined : Number(length);
  if (lengthBytes !== undefined && lengthBytes > limitBytes) throw tooLarge(limitBytes);
  if (lengthBytes === undefined || lengthBytes > bufferedBytesMax) {
    return { content: bounded(request, limitBytes), lengthBytes };
  }
  return { content: await buffer(request), lengthBytes };
}

function buffer(request: IncomingMessage): Promise<Buffer> {
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

/** Without a content-length the size of a body is known only by counting. */
function bounded(request: IncomingMessage, limitBytes: number): Transform {
  let countedBytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      countedBytes += chunk.length;
      if (countedBytes > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
  request.once('close', () => {
    if (!request.complete) counted.destroy(callerGone());
  });
  // When the body is too large, or the service has answered already, the rest is read and discarded, so that the connection can be
  // reused. Unpiped first, because the end of the pipe pauses the request.
  counted.once('close', () => request.unpipe(counted).resume());
  // While the body is sent, undici handles its error; after that nobody listens, and the error is not needed.
  counted.on('error', () => {});
  return request.pipe(counted);
}

function callerGone(): Error {
  return new Error('the caller disconnected before the body was complete');
}

function tooLarge(limitBytes: number): Refusal {
  return new Refusal('PAYLOAD_TOO_LARGE', `The body is larger than the limit of ${limitBytes} bytes.`);
}
