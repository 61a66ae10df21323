// How the services behind the gateway are: shown to whoever looks at its health, which does not depend on them.
import { request } from 'undici';
import type { Route } from './routes.ts';

type States = Record<string, 'ready' | 'not ready' | 'no answer' | 'not known yet'>;

const freshMs = 2_000;
const patienceMs = 1_000;
/** A probe waits about a second for all of its answer: a silent service must not use that up. */
const firstLookMs = 200;

/** The states as far as they are known within 200 ms; each service is asked every 2 s at most. */
export function createServiceStates(routes: readonly Route[]): () => Promise<States> {
  const states: States = Object.fromEntries(routes.map(({ service }) => [service, 'not known yet']));
  let askedAt = -Infinity;

  return async () => {
    if (performance.now() - askedAt > freshMs) {
      askedAt = performance.now();
      const asked = Promise.all(routes.map(look));
      await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, firstLookMs))]);
    }
    return states;
  };

  async function look({ service, upstream }: Route): Promise<void> {
    try {
      const answer = await request(`${upstream}/health/ready`, { signal: AbortSignal.timeout(patienceMs) });
      await answer.body.dump();
      states[service] = answer.statusCode === 200 ? 'ready' : 'not ready';
    } catch {
      states[service] = 'no answer';
    }
  }
}
