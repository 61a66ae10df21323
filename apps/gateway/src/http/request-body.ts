// Takes in the whole body of a request before any connection to a service is used; none exceeds the limit.
import type { IncomingMessage } from 'node:http';
import { Refusal } from '@oms/service-kit';
import type { BodyAccount } from './body-memory.ts';

/** Whether the request has a body to forward. A body of GET has no meaning (RFC 9110 9.3.1); Node discards it. */
export function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

/**
 * After a refusal the rest of the body is read and discarded, so that the connection can be reused.
 *
 * @throws Refusal PAYLOAD_TOO_LARGE, CLIENT_CLOSED_REQUEST, or that of `account`
 */
export function readBody(request: IncomingMessage, account: BodyAccount, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const length = request.headers['content-length'];
    if (length !== undefined && Number(length) > limitBytes) {
      reject(tooLarge(limitBytes)); // Node discards the body after the reply
      return;
    }
    const chunks: Buffer[] = [];
    let receivedBytes = 0;
    const onChunk = (chunk: Buffer) => {
      receivedBytes += chunk.length;
      try {
        if (receivedBytes > limitBytes) throw tooLarge(limitBytes);
        account.add(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        chunks.length = 0;
        request.off('data', onChunk).resume();
        const refusal: Refusal = error as Refusal;
        reject(refusal);
      }
    };
    request.on('data', onChunk);
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', () => reject(callerGone()));
    request.once('close', () => {
      if (!request.complete) reject(callerGone());
    });
  });
}

function callerGone(): Refusal {
  return new Refusal('CLIENT_CLOSED_REQUEST', 'The caller disconnected before the body was complete.');
}

function tooLarge(limitBytes: number): Refusal {
  return new Refusal('PAYLOAD_TOO_LARGE', `The body is larger than the limit of ${limitBytes} bytes.`);
}
