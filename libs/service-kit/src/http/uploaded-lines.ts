/** The lines of a body of any length, as they arrive: one at a time in memory, without a deadline for the whole, and with one for each wait. */

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../refusal.ts';
import { bodyTooSlow } from './deadlines.ts';

export type UploadedLine = { line: number; text: string };

const lineBytesMax = 65_536;
const idleMs = 60_000;
const newline = 0x0a;
const byteOrderMark = '\ufeff';

/**
 * Lines end with LF or CRLF; a byte order mark and blank lines are left out. The rest of a body that is not read to its end is discarded.
 *
 * @throws Refusal MALFORMED_BODY with the member `line` (a line is too long or not UTF-8), REQUEST_TIMEOUT (the caller sends nothing),
 * CLIENT_CLOSED_REQUEST, UNSUPPORTED_MEDIA_TYPE (the body is compressed)
 */
export async function* uploadedLines(request: FastifyRequest, reply: FastifyReply): AsyncGenerator<UploadedLine> {
  const { raw } = request;
  const encoding = raw.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Refusal('UNSUPPORTED_MEDIA_TYPE', 'Compressed bodies are not supported; send the file as it is.');
  }
  request.deadline.lift();
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let line = 1;
  for await (const chunk of chunksOf(raw, reply)) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const part = chunk.subarray(start, end);
      requireShort(line, pendingBytes + part.length);
      const bytes = pendingBytes === 0 ? part : Buffer.concat([...pending, part]);
      const text = textOf(bytes, line);
      if (text.trim() !== '') yield { line, text };
      pending = [];
      pendingBytes = 0;
      line += 1;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    pendingBytes += rest.length;
    requireShort(line, pendingBytes);
    if (rest.length > 0) pending.push(rest);
  }
  const text = textOf(Buffer.concat(pending), line);
  if (text.trim() !== '') yield { line, text };
}

/** A mistake that makes the rest of the file unreadable. */
export function brokenLine(line: number, what: string): Refusal {
  return new Refusal('MALFORMED_BODY', `The file is broken at line ${line}: ${what}.`, { line });
}

async function* chunksOf(raw: IncomingMessage, reply: FastifyReply): AsyncGenerator<Buffer> {
  const chunks = raw.iterator({ destroyOnReturn: false });
  let isWaiting = false;
  try {
    for (;;) {
      isWaiting = true;
      const next = await withinIdleTime(chunks.next() as Promise<IteratorResult<Buffer>>, reply);
      isWaiting = false;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Its return would wait for the chunk that does not come.
    if (!isWaiting) await chunks.return?.();
    raw.resume();
  }
}

async function withinIdleTime<T>(next: Promise<T>, reply: FastifyReply): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const idle = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(bodyTooSlow(reply)), idleMs).unref();
  });
  try {
    return await Promise.race([next, idle]);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('CLIENT_CLOSED_REQUEST', 'The caller disconnected before the body was complete.');
  } finally {
    clearTimeout(timer);
  }
}

function requireShort(line: number, bytes: number): void {
  if (bytes > lineBytesMax) throw brokenLine(line, `it is longer than ${lineBytesMax} bytes`);
}

function textOf(bytes: Buffer, line: number): string {
  if (!isUtf8(bytes)) throw brokenLine(line, 'it is not UTF-8; save the file as UTF-8');
  const text = bytes.toString();
  const withoutMark = line === 1 && text.startsWith(byteOrderMark) ? text.slice(1) : text;
  return withoutMark.endsWith('\r') ? withoutMark.slice(0, -1) : withoutMark;
}
