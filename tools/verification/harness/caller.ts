// A well-behaved client: it repeats its request under the same Idempotency-Key until it has a final answer.

import { randomUUID } from 'node:crypto';
import { signIn, type ApiCaller, type ApiUrls, type Reply, type Role } from '../../dev/client/client.ts';

export type RetryPolicy = { triesMax: number; pauseMs: number };

/** Transient results: unreachable, no answer in time, busy, still in flight, an attempt whose stock was released meanwhile. */
const temporaryStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);
const temporaryCodes = new Set(['IDEMPOTENCY_IN_FLIGHT', 'PLACEMENT_ABANDONED']);

/**
 * The first final reply, or undefined when there was none within `triesMax`: then nobody knows the outcome.
 * @param onRetry is called after each try without a final reply
 */
export async function retryUntilFinal(
  request: () => Promise<Reply>,
  { triesMax, pauseMs }: RetryPolicy,
  onRetry: () => void = () => {},
): Promise<Reply | undefined> {
  for (let tries = 1; tries <= triesMax; tries++) {
    try {
      const reply = await request();
      if (!isTemporary(reply)) return reply;
    } catch {
      // Nobody answered, or not to the end.
    }
    onRetry();
    if (tries < triesMax) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return undefined;
}

function isTemporary({ status, body }: Reply): boolean {
  const { code } = (body ?? {}) as { code?: string };
  return temporaryStatuses.has(status) || temporaryCodes.has(String(code));
}

const tokenAgeMaxMs = 10 * 60_000;

/** Signs in again now and then: a long run outlives a token. */
export async function createCallers(urls: ApiUrls, role: Role, count: number): Promise<() => Promise<ApiCaller>[]> {
  const subs = Array.from({ length: count }, () => randomUUID());
  let callers: Promise<ApiCaller>[] = [];
  let signedInMs = -Infinity;
  const currentCallers = () => {
    if (performance.now() - signedInMs > tokenAgeMaxMs) {
      signedInMs = performance.now();
      callers = subs.map((sub) => signIn(urls, role, sub));
    }
    return callers;
  };
  await Promise.all(currentCallers());
  return currentCallers;
}
