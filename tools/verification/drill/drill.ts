// A restore drill: a system under load loses a database, comes back from an earlier moment and Kafka, and its books are balanced.

import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { checkBooks } from '../invariants/invariants.ts';
import { readTopics } from '../invariants/log.ts';
import type { Finding } from '../invariants/violation.ts';
import type { Random } from '../harness/random.ts';
import { startLoad } from '../harness/load.ts';
import type { Stack } from '../../dev/stack/index.ts';
import { asAdmin } from './archive.ts';
import { comeBack, reconcile, strike, type Disaster, type WayBack } from './data-loss.ts';
import { createNotices } from './notifications.ts';
import type { Site } from './restore-environment.ts';

export type Round = {
  disaster: Disaster;
  backup: { seconds: number; megabytes: number };
  /** Between the moment that was restored and the loss. */
  lostSeconds: number;
  /** Orders answered with 201 in that time. */
  placedMeanwhile: number;
  /** From the loss to the open door. */
  awaySeconds: number;
  way: WayBack;
  /** Answered with 201, never told on Kafka, and nowhere to be found. */
  goneForGood: number;
  /** Taken as sent, and not sent. */
  unsent: number;
  orders: number;
  messages: number;
  findings: Finding[];
};

const aroundMs = 3_000;
const settlesMax = 3;

export async function runDrill(o: {
  site: Site;
  disasters: readonly Disaster[];
  /** How long before the loss the moment lies that is restored. */
  lostMs: number;
  random: Random;
  say: (line: string) => void;
}): Promise<Round[]> {
  const { site, random, say } = o;
  const notices = createNotices();
  const accepted = new Set<string>();
  const rounds: Round[] = [];
  for (const disaster of o.disasters) {
    say(`${disaster}: base backup, then load`);
    const round = await runRound(disaster);
    rounds.push(round);
    say(`${disaster}: back after ${round.awaySeconds.toFixed(1)} s, ${round.findings.length} violations`);
  }
  return rounds;

  async function runRound(disaster: Disaster): Promise<Round> {
    const load = await startLoad(site.doors, site.items, random);
    let ran: Omit<Round, 'goneForGood' | 'unsent' | 'orders' | 'messages' | 'findings'>;
    try {
      const backup = await site.archive.takeBaseBackup();
      await wait(aroundMs);
      const moment = await asAdmin(site.stack, clockOf);
      const placedBefore = load.accepted.size;
      await wait(o.lostMs);
      const struckMs = performance.now();
      const lostSeconds = (Date.now() - moment.getTime()) / 1_000;
      const placedMeanwhile = load.accepted.size - placedBefore;
      await strike(site, disaster, notices);
      const way = await comeBack(site, disaster, moment);
      const awaySeconds = (performance.now() - struckMs) / 1_000;
      await wait(aroundMs);
      ran = { disaster, backup, lostSeconds, placedMeanwhile, awaySeconds, way };
    } catch (error) {
      // Clients would ask for a minute more what nobody answers.
      void load.stop();
      throw error;
    }
    await load.stop();
    for (const id of load.accepted) accepted.add(id);
    const findings = [...load.findings, ...wrongsOf(ran.way), ...(await settle())];
    return { ...ran, ...(await check(findings)) };
  }

  /** What was under way when the books were first looked through is found by a later look. */
  async function settle(): Promise<Finding[]> {
    for (let at = 1; ; at += 1) {
      const { counts, findings } = await reconcile(site);
      if (counts.found === 0 && counts.underWay === 0) return [];
      if (at < settlesMax) continue;
      const left = findings.filter(({ fixed }) => !fixed);
      return left.map(({ kind, explanation }) => ({
        invariant: 1,
        what: `left by reconcile: ${kind}: ${explanation}`,
      }));
    }
  }

  async function check(before: Finding[]) {
    const gone = await goneForGood(site.stack, accepted);
    const told = await toldOf(site);
    const findings = [...before];
    for (const id of gone) {
      accepted.delete(id);
      if (told.has(id))
        findings.push({ invariant: 3, what: `order ${id} was answered with 201 and told, and is not there` });
    }
    const { stack, receivers } = site;
    const databaseUrl = (service: string) => stack.databaseUrl(service);
    const books = await checkBooks({ databaseUrl, kafkaBrokers: stack.kafkaBrokers, accepted, quietMsMax: 120_000 });
    const sent = await notices.check(databaseUrl('notification'), receivers.accepted);
    findings.push(...books.findings, ...sent.findings);
    const { orders, messages } = books.counts;
    return { goneForGood: gone.length, unsent: sent.unsent, orders, messages, findings };
  }
}

async function clockOf(admin: pg.Client): Promise<Date> {
  const { rows } = await admin.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return rows[0]!.now;
}

/** Whatever the programs could not do by themselves in a drill is a finding. */
function wrongsOf({ recovered, foundAgain }: WayBack): Finding[] {
  const left = recovered.flatMap(({ service, findings }) =>
    findings.filter(({ fixed }) => !fixed).map((finding) => ({ service, ...finding })),
  );
  return [
    ...left.map(({ service, kind, id, found, expected }): Finding => {
      return { invariant: 3, what: `left by recover ${service}: ${kind} ${id ?? ''}: ${found}; ${expected}` };
    }),
    ...(foundAgain > 0 ? [{ invariant: 8 as const, what: `recover found ${foundAgain} once more` }] : []),
  ];
}

async function goneForGood(stack: Stack, accepted: ReadonlySet<string>): Promise<string[]> {
  const client = new pg.Client({ connectionString: stack.databaseUrl('order') });
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

async function toldOf({ kafka }: Site): Promise<Set<string>> {
  const ids = new Set<string>();
  await readTopics(kafka, ['order-events'], ({ headers }) => void ids.add(String(headers['ce_subject'])));
  return ids;
}
