// The readiness of the services, shown in the health reply of the gateway, which does not depend on them.
import { request } from 'undici';
import type { Route } from './routes.ts';

type States = Record<string, 'ready' | 'not ready' | 'no answer' | 'not known yet'>;

const freshMs = 2_000;
const timeoutMs = 1_000;
/** A probe has about a second for the whole reply: a service that does not answer must not use it up. */
const waitMs = 200;

/** The states that are known within 200 ms; each service is asked at most every 2 s. */
export function createServiceStates(routes: readonly Route[]): () => Promise<States> {
  const states: States = Object.fromEntries(routes.map(({ service }) => [service, 'not known yet']));
  let askedAt = -Infinity;

  return async () => {
    if (performance.now() - askedAt > freshMs) {
      askedAt = performance.now();
      const asked = Promise.all(routes.map(check));
      await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, waitMs))]);
    }
    return states;
  };

  async function check({ service, management }: Route): Promise<void> {
    try {
      const answer = await request(`${management}/health/ready`, { signal: AbortSignal.timeout(timeoutMs) });
      await answer.body.dump();
      states[service] = answer.statusCode === 200 ? 'ready' : 'not ready';
    } catch {
      states[service] = 'no answer';
    }
  }
}
