// One run from one seed: the house at lunch time, in trouble, then at rest; and whether everything that must hold does.

import type { Ground } from './ground.ts';
import { createFindings, type Finding } from './books/finding.ts';
import { gather } from './books/evidence.ts';
import { checkFigures } from './books/figures.ts';
import { checkMessages } from './books/messages.ts';
import { checkNotices } from './books/notices.ts';
import { checkOrders } from './books/orders.ts';
import { unrest } from './books/rest.ts';
import { checkStock } from './books/stock.ts';
import { watchCommits } from './books/watch.ts';
import { calm, disturb } from './faults/disturb.ts';
import { dieAtNamedPlaces, type Passed } from './faults/named-places.ts';
import type { Invariant } from '../invariants/violation.ts';
import { shop } from './people/customer.ts';
import { createPeople } from './people/people.ts';
import { keepStock, openKitchen, workOnOrders } from './people/staff.ts';
import { buildHouse } from './services/house.ts';
import { takeOverConnections } from './postgres/socket.ts';
import { addressOf } from './services/surroundings.ts';
import { takeOverGlobals } from './world/globals.ts';
import { Killed } from './world/killed.ts';
import { createWorld, services } from './world/world.ts';

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
  /** The last lines of the trace that concern `findings`, or all of it when asked for. */
  trace: string[];
};

const troubleMs = 12_000;
const restEveryMs = 100;
const restMsMax = 400_000;
const traceLinesMax = 120;

export async function simulate(seed: number, { stock, codec }: Ground, wholeTrace = false): Promise<Verdict> {
  await stock.reset();
  const world = createWorld(seed);
  const { scheduler, random } = world;
  const places: Passed = { passes: {}, deaths: {} };
  const giveBack = [takeOverGlobals(world)];
  const house = buildHouse(world, stock, codec);
  giveBack.push(
    takeOverConnections(world, (url) => house.databases.get(services.find((service) => addressOf(service) === url)!)),
    dieAtNamedPlaces(world, house, places),
  );
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
    let isAtRest = false;
    lookForRest();
    await scheduler.play(() => isAtRest || scheduler.now() > restMsMax);

    if (!finished) report(8, 'the people never came to an end');
    for (const what of restless) report(8, `there are ${what} after ${Math.round(scheduler.now() / 1000)} s`);

    function lookForRest(): void {
      scheduler.after(restEveryMs, null, () => {
        if (!world.troubled && finished) scheduler.holdFor(look());
        lookForRest();
      });
    }

    async function look(): Promise<void> {
      restless = await unrest(house);
      isAtRest = restless.length === 0;
    }
  } finally {
    process.off('unhandledRejection', onRejection);
    for (const each of giveBack.reverse()) each();
    for (const database of house.databases.values()) await database.close();
  }
  for (const { what, about } of world.alarms) report((Number(/^\d/.exec(what)?.[0]) || 8) as Invariant, what, ...about);
  const evidence = await gather(house, codec, people.told);
  for (const check of [checkStock, checkOrders, checkMessages, checkFigures, checkNotices]) check(evidence, report);
  const about = findings.slice(0, 5).flatMap((finding) => finding.about);
  return {
    ...{ seed, findings, places, hash: world.trace.hash(), events: scheduler.happened(), virtualMs: scheduler.now() },
    ...{
      orders: evidence.rows('order', 'orders').length,
      messages: evidence.log.length,
      faults: world.faults.counts(),
    },
    trace: wholeTrace
      ? world.trace.tell([], Infinity)
      : findings.length > 0
        ? world.trace.tell(about, traceLinesMax)
        : [],
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
