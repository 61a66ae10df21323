// A client as a good one is: it goes on with the same Idempotency-Key until it has an answer that is one.

import { randomUUID } from 'node:crypto';
import { signIn, type Doors, type Reply, type Role, type ApiCaller } from '../../dev/client/client.ts';

export type Patience = { triesMax: number; pauseMs: number };
/** Hears of each try that brought no answer that stands. */
export type OnRetry = () => void;

/** What may pass by itself: nobody there, no answer in time, busy, still in flight, an attempt whose stock was given back meanwhile. */
const passingStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);
const passingCodes = new Set(['IDEMPOTENCY_IN_FLIGHT', 'PLACEMENT_ABANDONED']);

/** The first reply that stands, or undefined when the patience is over: then nobody knows what became of it. */
export async function persist(
  ask: () => Promise<Reply>,
  { triesMax, pauseMs }: Patience,
  onRetry: OnRetry = () => {},
): Promise<Reply | undefined> {
  for (let tries = 1; tries <= triesMax; tries++) {
    try {
      const reply = await ask();
      if (!isPassing(reply)) return reply;
    } catch {
      // Nobody answered, or not to the end.
    }
    onRetry();
    if (tries < triesMax) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return undefined;
}

function isPassing({ status, body }: Reply): boolean {
  return passingStatuses.has(status) || passingCodes.has(String((body as { code?: string } | undefined)?.code));
}

/** Signs in anew now and then: a long run outlives a token. */
export async function createCallers(doors: Doors, role: Role, count: number): Promise<() => Promise<ApiCaller>[]> {
  const subs = Array.from({ length: count }, () => randomUUID());
  let callers: Promise<ApiCaller>[] = [];
  let since = -Infinity;
  const renew = () => {
    if (performance.now() - since > renewMs) {
      since = performance.now();
      callers = subs.map((sub) => signIn(doors, role, sub));
    }
    return callers;
  };
  await Promise.all(renew());
  return renew;
}

const renewMs = 10 * 60_000;
