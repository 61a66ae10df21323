// A rolling run: services go from v1 to v2 and back under load, an instance of each side by side, and after it everything is checked.

import { checkBooks } from '../invariants/invariants.ts';
import { describeFindings, type Finding } from '../invariants/violation.ts';
import { checkLetters } from '../invariants/dead-letters.ts';
import type { Random } from '../harness/random.ts';
import { startLoad } from '../harness/load.ts';
import { startWatch } from '../harness/invariant-monitor.ts';
import { checkErrorLines } from './error-lines.ts';
import { checkPromiseFigures } from './figures.ts';
import { rolled, type Rolled, type Version } from './instances.ts';
import type { Way } from './plan.ts';
import { checkPromises, type Kept, type Pairs } from './promises.ts';
import { tellAnalyticsAgain } from './republish.ts';
import type { Street } from './environment.ts';

export type RolloutReport = {
  findings: Finding[];
  rolls: number;
  placed: number;
  /** Tries that brought no answer that stands, of clients who then went on. */
  triedAgain: number;
  pairs: Pairs;
  /** What analytics says in the end. */
  kept: Kept;
  messages: number;
};

export async function runRollout(o: {
  street: Street;
  plan: readonly Way[];
  random: Random;
  /** When the load stops for the books: after each roll, or once for each way there and back. */
  checkAfter: 'roll' | 'way';
  say: (line: string) => void;
}): Promise<RolloutReport> {
  const { street, say } = o;
  const { fleet, stack, readings } = street;
  const report: RolloutReport = {
    ...{ findings: [], rolls: 0, placed: 0, triedAgain: 0, messages: 0 },
    ...{ pairs: new Map(), kept: { inTime: 0, lateSeconds: [] } },
  };
  const accepted = new Set<string>();

  for (const [at, { there, back }] of o.plan.entries()) {
    const parts = [
      ...stepsOf(there, 'v2'),
      ...(back ? stepsOf(back, 'v1') : [{ services: rolled, to: 'v1' as const }]),
    ];
    const title = `${at + 1} of ${o.plan.length}: ${there.join(', ')}; back ${back?.join(', ') ?? 'at once'}`;
    if (o.checkAfter === 'way') await stretch(title, parts);
    else for (const part of parts) await stretch(`${part.services.join(', ')} to ${part.to}`, [part]);
  }
  await stretch('all to v2', [{ services: rolled, to: 'v2' }]);
  await deliverRest(street);
  await stretch('the rest delivered', []);
  say(`analytics emptied, and ${await tellAnalyticsAgain(street)} messages said again`);
  await check('analytics told again', true);
  return report;

  /** Rolls under load, then the books at rest. */
  async function stretch(title: string, parts: readonly Step[]): Promise<void> {
    const load = await startLoad(street.doors, street.items, o.random);
    const watch = startWatch(stack.databaseUrl('inventory'));
    const found: Finding[] = [];
    try {
      for (const { services, to } of parts) {
        await Promise.all(services.map((service) => fleet.roll(service, to)));
        report.rolls += services.length;
        found.push(...(await checkLetters(street.kafka, 0)));
      }
    } finally {
      await load.stop();
      await watch.stop();
    }
    for (const id of load.accepted) accepted.add(id);
    report.placed += load.counts.placed;
    report.triedAgain += load.counts.triedAgain + load.counts.unanswered;
    report.findings.push(...found, ...load.findings, ...watch.findings);
    await check(title, false);
  }

  async function check(title: string, rebuilt: boolean): Promise<void> {
    const databaseUrl = (service: string) => stack.databaseUrl(service);
    const books = await checkBooks({
      ...{ databaseUrl, kafkaBrokers: stack.kafkaBrokers, accepted, provided: street.receivers.accepted },
      ...{ promises: rebuilt, quietMsMax: 180_000 },
    });
    const placed = await street.placedLog.read();
    const { findings, pairs, kept } = await checkPromises({ databaseUrl, placed, readings, rebuilt });
    const figures = await checkPromiseFigures(await street.asAdmin(), kept);
    const found = [...books.findings, ...findings, ...figures, ...checkErrorLines(fleet.logFiles())];
    report.findings.push(...found);
    Object.assign(report, { pairs, kept, messages: books.counts.messages });
    say(`${title}: ${books.counts.orders} orders, ${books.counts.messages} messages, ${found.length} violations`);
    if (found.length > 0) say(describeFindings(found));
  }
}

type Step = { services: readonly Rolled[]; to: Version };

function stepsOf(order: readonly Rolled[], to: Version): Step[] {
  return order.map((service) => ({ services: [service], to }));
}

/** What is on its way arrives; what was promised more than a minute ago is late. */
async function deliverRest(street: Street): Promise<void> {
  const admin = await street.asAdmin();
  const { body } = await admin.get('/v1/orders?status=OUT_FOR_DELIVERY&limit=200');
  for (const { id } of (body as { data: { id: string }[] }).data)
    await admin.patch(`/v1/orders/${id}/status`, { status: 'DELIVERED' });
}
