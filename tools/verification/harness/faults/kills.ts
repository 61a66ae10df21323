// Services are killed at their failpoints, repeatedly, at different intervals, while customers place orders.

import { failpoints, type Failpoint } from '@oms/failpoint/catalogue';
import { setTimeout as wait } from 'node:timers/promises';
import { services, type Service } from '../../../dev/stack/index.ts';
import type { Random } from '../random.ts';
import type { TargetProcess, TargetProcesses } from '../target-processes.ts';

export type Kill = { service: Service; failpoint: Failpoint };

export type KillOptions = {
  processes: TargetProcesses;
  random: Random;
  /** How many kills in all; left out, each failpoint once. */
  kills?: number;
  onKill: (kill: Kill) => void;
  /** A failpoint that the service did not reach in time; the process was killed where it was. */
  onMissed: (kill: Kill) => void;
};

/** A consumer that is killed before it has joined holds nothing; one that was restarted removes its predecessor from the group. */
const reachedMsMax = 45_000;
const attemptsMax = 3;
/** Nobody gets anywhere without the gateway, so it is up most of the time. */
const gatewayUpMs = 5_000;

const names = Object.keys(failpoints) as Failpoint[];
/** Reached only by a consumer that has its partitions: it has to join the group first. */
const isOfConsumer = /^(consumer|analytics)\.|^notification\.rows_written$/;
/** Reached when there is something to send, which a consumer has to bring. */
const isOfNotifier = /^notifier\./;
/** How long a kill takes, as measured on two cores. */
const secondsOf = (name: Failpoint) => (isOfConsumer.test(name) || isOfNotifier.test(name) ? 4 : 1);

/** Resolves when it is done, with every service running and without a failpoint. */
export async function killAtFailpoints({ processes, random, kills, onKill, onMissed }: KillOptions): Promise<void> {
  let left = kills ?? Infinity;
  const queues = kills === undefined ? eachOnce(random) : undefined;
  await Promise.all(services.map(killService));
  await processes.allReady();

  async function killService(service: Service): Promise<void> {
    const target = processes.of(service);
    const counts = new Map(failpointsOf(service).map((name) => [name, 0]));
    const next = () => {
      if (queues) return queues.get(service)?.shift();
      return left > 0 && counts.size > 0 ? rarest(counts, random) : undefined;
    };
    for (let failpoint = next(); failpoint; failpoint = next()) {
      left -= 1;
      if (await killAt(target, failpoint, queues ? 1 : random.between(1, 3))) {
        counts.set(failpoint, (counts.get(failpoint) ?? 0) + 1);
        onKill({ service, failpoint });
      } else {
        left += 1;
        onMissed({ service, failpoint });
      }
      if (service === 'gateway') await wait(gatewayUpMs);
    }
    target.start();
  }
}

/** Answers whether it died there. @param passes at which pass of the failpoint it dies */
async function killAt(target: TargetProcess, failpoint: Failpoint, passes: number): Promise<boolean> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    await target.end('SIGKILL');
    target.start(`${failpoint}:${attempt === 1 ? passes : 1}`);
    const ending = await target.endedWithin(reachedMsMax);
    if (ending === 'signal SIGKILL') return true;
    if (ending !== undefined)
      throw new Error(`${target.service} should have died at ${failpoint}, and ended by itself: ${ending}`);
  }
  await target.end('SIGKILL');
  return false;
}

function failpointsOf(service: Service): Failpoint[] {
  return names.filter((name) => (failpoints[name].in as readonly Service[]).includes(service));
}

/** Each failpoint in one of the services that have it, so that all services need about the same time. */
function eachOnce(random: Random): Map<Service, Failpoint[]> {
  const queues = new Map<Service, Failpoint[]>(services.map((service) => [service, []]));
  const seconds = new Map<Service, number>(services.map((service) => [service, 0]));
  // Those without a choice first, then the slow ones.
  const choices = (name: Failpoint) => failpoints[name].in.length;
  const inOrder = random
    .shuffle(names)
    .sort((a, b) => Number(choices(a) > 1) - Number(choices(b) > 1) || secondsOf(b) - secondsOf(a));
  for (const name of inOrder) {
    const owners = failpoints[name].in as readonly Service[];
    const least = Math.min(...owners.map((service) => seconds.get(service)!));
    const service = owners.find((each) => seconds.get(each) === least)!;
    queues.get(service)!.push(name);
    seconds.set(service, least + secondsOf(name) + (service === 'gateway' ? gatewayUpMs / 1_000 : 0));
  }
  return queues;
}

function rarest(counts: ReadonlyMap<Failpoint, number>, random: Random): Failpoint {
  const least = Math.min(...counts.values());
  return random.pick([...counts].filter(([, count]) => count === least).map(([name]) => name));
}
