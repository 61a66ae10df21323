// Services that die at their failpoints, again and again, each in its own rhythm, while customers go on ordering.

import { failpoints, type Failpoint } from '@oms/failpoint/catalogue';
import { services, type Service } from '../../dev/stack/index.ts';
import type { Random } from '../harness/random.ts';
import type { Victim, Victims } from '../harness/target-processes.ts';

export type Kill = { service: Service; failpoint: Failpoint };

export type KillOptions = {
  victims: Victims;
  random: Random;
  /** How many deaths in all; left out, each failpoint once. */
  kills?: number;
  onKill: (kill: Kill) => void;
  /** A failpoint that was not passed in its time; the process was killed where it was. */
  onMissed: (kill: Kill) => void;
};

/** A consumer that died holds its partitions until the group has missed it for ten seconds. */
const passMsMax = 45_000;
const attemptsMax = 3;

const names = Object.keys(failpoints) as Failpoint[];

export function pointsOf(service: Service): Failpoint[] {
  return names.filter((name) => (failpoints[name].in as readonly Service[]).includes(service));
}

/** Resolves when it is done, with every service alive and unarmed. */
export async function killAtFailpoints(o: KillOptions): Promise<void> {
  let left = o.kills ?? Infinity;
  const queues = o.kills === undefined ? eachOnce(o.random) : undefined;
  await Promise.all(
    services.map(async (service) => {
      const victim = o.victims.of(service);
      const deaths = new Map(pointsOf(service).map((name) => [name, 0]));
      const nextPoint = () =>
        queues ? queues.get(service)?.shift() : left > 0 && deaths.size > 0 ? rarest(deaths, o.random) : undefined;
      for (let name = nextPoint(); name; name = nextPoint()) {
        left -= 1;
        if (await killAt(o, victim, name, queues ? 1 : o.random.between(1, 3)))
          deaths.set(name, (deaths.get(name) ?? 0) + 1);
        else left += 1;
        // Without its door nobody gets anywhere: the gateway mostly lives.
        if (service === 'gateway') await new Promise((resolve) => setTimeout(resolve, 5_000));
      }
      victim.start();
    }),
  );
  await o.victims.allReady();
}

async function killAt(o: KillOptions, victim: Victim, failpoint: Failpoint, passes: number): Promise<boolean> {
  const kill = { service: victim.service, failpoint };
  for (let attempt = 1; ; attempt++) {
    await victim.end('SIGKILL');
    victim.start(`${failpoint}:${attempt === 1 ? passes : 1}`);
    const how = await victim.endedWithin(passMsMax);
    if (how === 'signal SIGKILL') {
      o.onKill(kill);
      return true;
    }
    if (how !== undefined) throw new Error(`${victim.service} was to die at ${failpoint}, and ended by itself: ${how}`);
    if (attempt === attemptsMax) {
      await victim.end('SIGKILL');
      o.onMissed(kill);
      return false;
    }
  }
}

/** Each name in one of the services that pass it, spread so that none has much more to do than the others. */
function eachOnce(random: Random): Map<Service, Failpoint[]> {
  const queues = new Map<Service, Failpoint[]>(services.map((service) => [service, []]));
  const byChoice = names.toSorted((a, b) => failpoints[a].in.length - failpoints[b].in.length);
  for (const name of byChoice) {
    const fitting = (failpoints[name].in as readonly Service[]).map((service) => queues.get(service)!);
    const least = Math.min(...fitting.map((queue) => queue.length));
    random.pick(fitting.filter((queue) => queue.length === least)).push(name);
  }
  return queues;
}

function rarest(deaths: ReadonlyMap<Failpoint, number>, random: Random): Failpoint {
  const least = Math.min(...deaths.values());
  return random.pick([...deaths].filter(([, count]) => count === least).map(([name]) => name));
}
