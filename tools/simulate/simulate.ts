// One run from one seed: the house at lunch time, in trouble, then at rest; and whether everything that must hold does.

import type { Codec } from '@oms/contracts';
import { gather } from './books/evidence.ts';
import { checkFigures } from './books/figures.ts';
import { createFindings, type Finding } from './books/finding.ts';
import { checkMessages } from './books/messages.ts';
import { checkNotices } from './books/notices.ts';
import { checkOrders } from './books/orders.ts';
import { unrest } from './books/rest.ts';
import { checkStock } from './books/stock.ts';
import { watchCommits } from './books/watch.ts';
import { calm, disturb } from './faults/disturb.ts';
import { dieAtNamedPlaces, type Passed } from './faults/named-places.ts';
import type { Invariant } from '../verification/invariants/violation.ts';
import { shop } from './people/customer.ts';
import { createPeople } from './people/people.ts';
import { keepStock, openKitchen, workOnOrders } from './people/staff.ts';
import type { Schema } from './postgres/schema.ts';
import { buildHouse } from './services/house.ts';
import { takeOverConnections } from './services/surroundings.ts';
import { takeOverGlobals } from './world/globals.ts';
import { Killed } from './world/killed.ts';
import { createWorld, type Service } from './world/world.ts';

export type Verdict = {
  seed: number;
  findings: Finding[];
  hash: string;
  events: number;
  virtualMs: number;
  orders: number;
  messages: number;
  faults: Record<string, number>;
  places: Passed;
  /** The last lines of the trace that concern `findings`. */
  trace: string[];
};

export type Ground = { schemas: ReadonlyMap<Service, Schema>; codec: Codec };

const troubleMs = 12_000;
const restMsMax = 400_000;
const traceLinesMax = 120;

export async function simulate(seed: number, { schemas, codec }: Ground): Promise<Verdict> {
  const world = createWorld(seed);
  const { scheduler, random } = world;
  const places: Passed = { passes: {}, deaths: {} };
  const giveBack = [takeOverGlobals(world)];
  const house = buildHouse(world, schemas, codec);
  giveBack.push(takeOverConnections(world, house.servers), dieAtNamedPlaces(world, house, places));
  scheduler.onUncaught((process, error) => {
    if (error instanceof Killed || !process.alive) return;
    world.alarms.push({ what: `an error that nobody caught in ${process.name}: ${(error as Error).stack}`, about: [] });
    house.killAndRestart(process, 'dies of an error nobody caught');
  });
  const onRejection = (error: unknown) => {
    if (!(error instanceof Killed))
      world.alarms.push({ what: `a rejection that nobody caught: ${(error as Error).stack}`, about: [] });
  };
  process.on('unhandledRejection', onRejection);
  watchCommits(world, house);
  const { findings, report } = createFindings();
  const people = createPeople(world, house);

  try {
    let finished = false;
    void lunch().then(() => (finished = true));
    disturb(world, house);
    scheduler.after(troubleMs, null, () => calm(world, house));
    let restless: string[] = [];
    let lookAtMs = 0;
    const atRest = () => {
      if (world.troubled || !finished || scheduler.now() < lookAtMs) return scheduler.now() > restMsMax;
      lookAtMs = scheduler.now() + 100;
      restless = unrest(house);
      return restless.length === 0 || scheduler.now() > restMsMax;
    };
    await scheduler.play(atRest);
    if (!finished) report(8, 'the people never came to an end');
    for (const what of restless) report(8, `there are ${what} after ${Math.round(scheduler.now() / 1000)} s`);
  } finally {
    process.off('unhandledRejection', onRejection);
    for (const each of giveBack.reverse()) each();
  }
  for (const { what, about } of world.alarms) report((Number(/^\d/.exec(what)?.[0]) || 8) as Invariant, what, ...about);
  const evidence = await gather(house, codec, people.told);
  for (const check of [checkStock, checkOrders, checkMessages, checkFigures, checkNotices]) check(evidence, report);
  const about = findings.slice(0, 5).flatMap((finding) => finding.about);
  return {
    ...{ seed, findings, places, hash: world.trace.hash(), events: scheduler.happened(), virtualMs: scheduler.now() },
    ...{
      orders: house.servers.get('order')!.rows('orders').length,
      messages: evidence.log.length,
      faults: world.faults.counts(),
    },
    trace: findings.length > 0 ? world.trace.tell(about, traceLinesMax) : [],
  };

  async function lunch(): Promise<void> {
    await openKitchen(people, 2 + random.int(3));
    const guests = Array.from({ length: 3 + random.int(4) }, () => shop(people, 3 + random.int(5)));
    await Promise.all([
      ...guests,
      keepStock(people, 2 + random.int(5)),
      workOnOrders(people, 15),
      workOnOrders(people, 15),
    ]);
  }
}
