// What every channel is: it tries once, never throws, and says honestly what became of it.
import type { Outcome } from '../domain/notification.ts';
import type { Channel } from '../domain/rules.ts';

export type Delivery = {
  readonly id: string;
  readonly channel: Channel;
  readonly target: string;
  readonly subject: string | null;
  readonly body: string;
  readonly createdAt: Date;
};

export type Sender = {
  /** One attempt, over within `sendMsMax` of its start; retries are the dispatcher's. */
  send(delivery: Delivery): Promise<Outcome>;
  close(): void;
};

/** The senders of the channels that are configured. */
export type Senders = Partial<Record<Channel, Sender>>;

/** The longest an attempt may take. */
export const sendMsMax = 15_000;

// The receiver was not reached, so it can't have taken anything.
const neverReached = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a network error of this code means that no byte of ours arrived. */
export function wasNeverReached(code: unknown): boolean {
  return typeof code === 'string' && neverReached.has(code);
}

/** The outcome of a request over HTTP that got no answer. */
export function noAnswer(error: unknown): Outcome {
  const reason = reasonOf(error);
  const reached = !causes(error).some((cause) => wasNeverReached((cause as { code?: unknown }).code));
  return reached
    ? { kind: 'unanswered', reason: `no answer: ${reason}` }
    : { kind: 'refused', reason: `not reached: ${reason}` };
}

/** `Retry-After` in seconds, as Slack and webhook receivers send it. */
export function retryAfterMs(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

function reasonOf(error: unknown): string {
  return causes(error)
    .map((cause) => (cause instanceof Error ? cause.message : String(cause)))
    .filter((message) => message !== '')
    .join(': ');
}

// fetch wraps the socket's error, Slack's client wraps fetch's, and several addresses make an AggregateError.
function causes(error: unknown): unknown[] {
  if (error === undefined || error === null) return [];
  const { cause, original, errors } = error as { cause?: unknown; original?: unknown; errors?: unknown };
  return [error, ...causes(original ?? cause), ...(Array.isArray(errors) ? errors.flatMap(causes) : [])];
}
