// A restore drill: a system under load loses a database, is restored to an earlier moment and from Kafka, and all invariants are checked.

import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { startLoad } from '../harness/load.ts';
import type { Random } from '../harness/random.ts';
import { readKafka } from '../invariants/kafka-log.ts';
import type { Violation } from '../invariants/violation.ts';
import { checkWholeSystem } from '../invariants/whole-system.ts';
import { asAdmin } from './archive.ts';
import { loseData, reconcile, restore, type DataLoss, type Restoration } from './data-loss.ts';
import type { RestoreEnvironment } from './restore-environment.ts';
import { createSentNotifications } from './sent-notifications.ts';

export type Round = {
  loss: DataLoss;
  backup: { seconds: number; megabytes: number };
  /** Between the restored moment and the loss. */
  lostSeconds: number;
  /** Orders answered with 201 in that time. */
  placedMeanwhile: number;
  /** From the loss until orders are taken again. */
  awaySeconds: number;
  restoration: Restoration;
  /** Answered with 201, never published to Kafka, and in no table. */
  goneForGood: number;
  /** Recorded as sent, and not sent. */
  unsent: number;
  orders: number;
  messages: number;
  violations: Violation[];
};

export type DrillOptions = {
  environment: RestoreEnvironment;
  losses: readonly DataLoss[];
  /** How long before the loss the restored moment is. */
  lostMs: number;
  random: Random;
  print: (line: string) => void;
};

const aroundMs = 3_000;
const reconciliationsMax = 3;
const restMsMax = 120_000;

export async function runDrill({ environment, losses, lostMs, random, print }: DrillOptions): Promise<Round[]> {
  const { stack, receivers, kafka, archive, urls, items } = environment;
  const sentNotifications = createSentNotifications();
  const accepted = new Set<string>();
  const rounds: Round[] = [];
  for (const loss of losses) {
    print(`${loss}: base backup, then load`);
    const round = await runRound(loss);
    rounds.push(round);
    print(`${loss}: back after ${round.awaySeconds.toFixed(1)} s, ${round.violations.length} violations`);
  }
  return rounds;

  async function runRound(loss: DataLoss): Promise<Round> {
    const load = await startLoad(urls, items, random.fork());
    let ran: Omit<Round, 'goneForGood' | 'unsent' | 'orders' | 'messages' | 'violations'>;
    try {
      const backup = await archive.takeBaseBackup();
      await wait(aroundMs);
      const moment = await asAdmin(stack, clockOf);
      const placedBefore = load.accepted.size;
      await wait(lostMs);
      const lostAtMs = performance.now();
      const lostSeconds = (Date.now() - moment.getTime()) / 1_000;
      const placedMeanwhile = load.accepted.size - placedBefore;
      await loseData(environment, loss, sentNotifications);
      const restoration = await restore(environment, loss, moment);
      const awaySeconds = (performance.now() - lostAtMs) / 1_000;
      await wait(aroundMs);
      ran = { loss, backup, lostSeconds, placedMeanwhile, awaySeconds, restoration };
    } catch (error) {
      // Not awaited: clients would continue asking for a minute.
      void load.stop();
      throw error;
    }
    await load.stop();
    for (const id of load.accepted) accepted.add(id);
    const violations = [...load.violations, ...restorationViolations(ran.restoration), ...(await reconcileRest())];
    return { ...ran, ...(await check(violations)) };
  }

  /** What was under way at the first reconciliation is found by a later one. */
  async function reconcileRest(): Promise<Violation[]> {
    for (let reconciliation = 1; ; reconciliation += 1) {
      const { counts, findings } = await reconcile(environment);
      if (counts.found === 0 && counts.underWay === 0) return [];
      if (reconciliation < reconciliationsMax) continue;
      const left = findings.filter(({ fixed }) => !fixed);
      return left.map(({ kind, explanation }) => ({
        invariant: 1,
        what: `left by reconcile: ${kind}: ${explanation}`,
      }));
    }
  }

  async function check(before: Violation[]) {
    const violations = [...before];
    const gone = await ordersWithoutRow(stack.databaseUrl('order'), accepted);
    const published = new Set<string>();
    await readKafka(kafka, ['order-events'], ({ headers }) => void published.add(String(headers['ce_subject'])));
    for (const id of gone) {
      accepted.delete(id);
      if (!published.has(id)) continue;
      const what = `order ${id} was answered with 201 and published, and is not there`;
      violations.push({ invariant: 3, what, ids: [id] });
    }
    const checked = await checkWholeSystem(stack, { accepted, restMsMax });
    const sent = await sentNotifications.check(stack.databaseUrl('notification'), receivers.accepted);
    violations.push(...checked.violations, ...sent.violations);
    const { orders, messages } = checked.counts;
    return { goneForGood: gone.length, unsent: sent.unsent, orders, messages, violations };
  }
}

async function clockOf(admin: pg.Client): Promise<Date> {
  const { rows } = await admin.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return rows[0]!.now;
}

/** Whatever the programs could not repair by themselves in a drill is a violation. */
function restorationViolations({ recovered, foundAgain }: Restoration): Violation[] {
  const violations = recovered.flatMap(({ service, findings }) =>
    findings
      .filter(({ fixed }) => !fixed)
      .map(({ kind, id, found, expected }): Violation => {
        return { invariant: 3, what: `left by recover ${service}: ${kind} ${id ?? ''}: ${found}; ${expected}` };
      }),
  );
  if (foundAgain > 0) violations.push({ invariant: 8, what: `recover found ${foundAgain} once more` });
  return violations;
}

async function ordersWithoutRow(databaseUrl: string, accepted: ReadonlySet<string>): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const text =
      'SELECT a.id FROM unnest($1::uuid[]) AS a (id) WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = a.id)';
    const { rows } = await client.query<{ id: string }>(text, [[...accepted]]);
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}
