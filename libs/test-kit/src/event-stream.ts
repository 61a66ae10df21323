// A client of an event stream, as EventSource is one, which can also stop reading.

import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { until } from './until.ts';

export type StreamEvent = { event: string; id: string | undefined; data: Record<string, unknown> };

export type EventStreamClient = {
  status: number;
  headers: IncomingMessage['headers'];
  /** Of a reply that is no event stream. */
  body: string;
  /** All events so far. */
  events: StreamEvent[];
  comments(): number;
  /** The last `retry`, in milliseconds. */
  retryMs(): number | undefined;
  /** What an EventSource would send as Last-Event-ID. */
  lastEventId(): string | undefined;
  /** Waits for the next event that no call has returned yet. */
  next(): Promise<StreamEvent>;
  pause(): void;
  resume(): void;
  /** The server has ended the stream in order; `undefined` while it is open, false when it was cut. */
  ended(): boolean | undefined;
  close(): void;
};

export async function openEventStream(
  url: string,
  { token, lastEventId }: { token: string; lastEventId?: string },
): Promise<EventStreamClient> {
  const headers = {
    accept: 'text/event-stream',
    authorization: `Bearer ${token}`,
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject);
  });
  const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
  const events: StreamEvent[] = [];
  let [taken, comments, rest] = [0, 0, ''];
  let retryMs: number | undefined;
  let id: string | undefined;
  let ended: boolean | undefined;
  const body = isStream ? '' : await text(response);
  if (isStream) {
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      blocks.forEach(take);
    });
    response.on('error', () => {});
    response.on('close', () => (ended = response.complete));
  }

  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body,
    events,
    comments: () => comments,
    retryMs: () => retryMs,
    lastEventId: () => id,
    async next() {
      await until('the stream has another event', () => events.length > taken);
      return events[taken++]!;
    },
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    ended: () => ended,
    close: () => void response.destroy(),
  };

  function take(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) comments += 1;
      const [, name, value] = /^([a-z]+): (.*)$/.exec(line) ?? [];
      if (name !== undefined) fields.set(name, value ?? '');
    }
    if (fields.has('retry')) retryMs = Number(fields.get('retry'));
    if (fields.has('id')) id = fields.get('id');
    const data = fields.get('data');
    if (data === undefined) return;
    const event = fields.get('event') ?? 'message';
    events.push({ event, id: fields.get('id'), data: JSON.parse(data) as Record<string, unknown> });
  }
}
