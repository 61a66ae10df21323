// A rolling run: services go from v1 to v2 and back under load, an instance of each side by side, and afterwards everything is checked.

import { startInvariantMonitor } from '../harness/invariant-monitor.ts';
import { startLoad } from '../harness/load.ts';
import type { Random } from '../harness/random.ts';
import { deadLetterViolations, readDeadLetters } from '../invariants/dead-letters.ts';
import { createKafkaLog } from '../invariants/kafka-log.ts';
import { describeViolations, type Violation } from '../invariants/violation.ts';
import { checkWholeSystem } from '../invariants/whole-system.ts';
import type { RolloutEnvironment } from './environment.ts';
import { checkErrorLines } from './error-lines.ts';
import { checkPromiseFigures } from './figures.ts';
import { rolled, type Rolled } from './instances.ts';
import { noPromiseFallsDue } from './late-orders.ts';
import type { Version } from './version.ts';
import type { Route } from './plan.ts';
import { checkPromises, type Kept, type Pairs } from './promises.ts';
import { republishToAnalytics } from './republish.ts';

export type RolloutReport = {
  violations: Violation[];
  rolls: number;
  placed: number;
  /** Tries without a final answer, of clients who then continued. */
  retries: number;
  pairs: Pairs;
  /** What analytics says in the end. */
  kept: Kept;
  messages: number;
};

type Step = { services: readonly Rolled[]; to: Version };

const restMsMax = 180_000;

export async function runRollout({
  environment,
  plan,
  random,
  print,
}: {
  environment: RolloutEnvironment;
  plan: readonly Route[];
  random: Random;
  print: (line: string) => void;
}): Promise<RolloutReport> {
  const { instances, stack, readings, receivers, kafka, placedLog, urls, items } = environment;
  const messageLog = createKafkaLog(kafka);
  const report: RolloutReport = {
    violations: [],
    rolls: 0,
    placed: 0,
    retries: 0,
    pairs: new Map(),
    kept: { inTime: 0, lateSeconds: [] },
    messages: 0,
  };
  const accepted = new Set<string>();

  for (const [i, { up, back }] of plan.entries()) {
    const steps = [...stepsOf(up, 'v2'), ...(back ? stepsOf(back, 'v1') : [{ services: rolled, to: 'v1' as const }])];
    await roll(`${i + 1} of ${plan.length}: ${up.join(', ')}; back ${back?.join(', ') ?? 'at once'}`, steps);
  }
  await roll('all to v2', [{ services: rolled, to: 'v2' }]);
  await deliverRest(environment);
  await check('the rest delivered', false);
  print(`analytics emptied, and ${await republishToAnalytics(environment)} messages published again`);
  await check('analytics rebuilt', true);
  return report;

  /** Rolls under load, then checks at rest. */
  async function roll(title: string, steps: readonly Step[]): Promise<void> {
    const load = await startLoad(urls, items, random.fork());
    const monitor = startInvariantMonitor(stack.databaseUrl('inventory'));
    try {
      for (const { services, to } of steps) {
        await Promise.all(services.map((service) => instances.roll(service, to)));
        report.rolls += services.length;
        report.violations.push(...deadLetterViolations(await readDeadLetters(messageLog)));
      }
    } finally {
      await Promise.all([load.stop(), monitor.stop()]);
    }
    for (const id of load.accepted) accepted.add(id);
    report.placed += load.counts.placed;
    report.retries += load.counts.retries + load.counts.unanswered;
    report.violations.push(...load.violations, ...monitor.violations);
    await check(title, false);
  }

  async function check(title: string, rebuilt: boolean): Promise<void> {
    const provided = receivers.accepted;
    await noPromiseFallsDue(stack.databaseUrl('order'), restMsMax);
    const checked = await checkWholeSystem(stack, { accepted, provided, promises: rebuilt, restMsMax });
    const placed = await placedLog.read();
    const { violations, pairs, kept } = await checkPromises({
      databaseUrl: (service) => stack.databaseUrl(service),
      placed,
      readings,
      rebuilt,
    });
    const figures = await checkPromiseFigures(await environment.asAdmin(), kept);
    const found = [...checked.violations, ...violations, ...figures, ...checkErrorLines(instances.logFiles())];
    const { orders, messages } = checked.counts;
    report.violations.push(...found);
    Object.assign(report, { pairs, kept, messages });
    print(`${title}: ${orders} orders, ${messages} messages, ${found.length} violations`);
    if (found.length > 0) print(describeViolations(found));
  }
}

function stepsOf(order: readonly Rolled[], to: Version): Step[] {
  return order.map((service) => ({ services: [service], to }));
}

/** Delivers what is out for delivery; what was promised more than a minute ago is late. */
async function deliverRest({ asAdmin }: RolloutEnvironment): Promise<void> {
  const admin = await asAdmin();
  const { body } = await admin.get('/v1/orders?status=OUT_FOR_DELIVERY&limit=200');
  for (const { id } of (body as { data: { id: string }[] }).data)
    await admin.patch(`/v1/orders/${id}/status`, { status: 'DELIVERED' });
}
