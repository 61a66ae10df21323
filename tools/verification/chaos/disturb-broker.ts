// Kafka dies, stands still, says everything again, or carries what nobody can read.

import { setTimeout as wait } from 'node:timers/promises';
import { until } from '@oms/test-kit';
import pg from 'pg';
import { topics } from '@oms/contracts';
import type { Kafka, OutgoingMessage } from '@oms/messaging';
import { readTopics } from '../invariants/log.ts';
import { checkLag } from '../invariants/leftovers.ts';
import { run } from '../../dev/command/run.ts';
import { identityOf } from '../../dev/stack/process-identity.ts';
import { kafkaOf } from '../harness/bad-inputs.ts';
import type { Town } from '../harness/system-under-test.ts';

export async function brokerKilled(town: Town): Promise<void> {
  const kafka = town.stack.part('kafka');
  await kafka.kill('SIGKILL');
  await wait(5_000);
  await kafka.start();
  await wait(3_000);
}

/** Every write of Kafka fails, as on a full disk, until there is room again. A broker that has nowhere to write ends itself. */
export async function brokerDiskFull(town: Town): Promise<string> {
  const kafka = town.stack.part('kafka');
  const { pid } = kafka;
  // No file may grow: what a write gets is "File too large" instead of "No space left on device", and Kafka treats both alike.
  const limited = await run('prlimit', [`--pid=${pid}`, '--fsize=1:1']);
  if (limited.code === 127) return 'not tried: it needs prlimit, which comes with Linux';
  if (limited.code !== 0) throw new Error(`prlimit failed: ${limited.err.trim()}`);
  const endsItself = until('Kafka has ended itself', () => identityOf(pid) === null, 20_000);
  const how = await endsItself.then(
    () => 'it ended itself',
    () => 'it lived on, and was killed',
  );
  if (identityOf(pid) !== null) await kafka.kill('SIGKILL');
  await wait(5_000);
  await kafka.start();
  await wait(3_000);
  return how;
}

export async function brokerFrozen(town: Town): Promise<void> {
  const kafka = town.stack.part('kafka');
  await kafka.kill('SIGSTOP');
  await wait(45_000);
  await kafka.kill('SIGCONT');
  await wait(3_000);
}

/** After its return, what was said meanwhile must be on it and applied by all within this. */
const drainedMsMax = 30_000;

/** Away for so long, under load; then how soon everything said meanwhile is applied, while new orders keep coming. */
export function brokerAway(seconds: number): (town: Town) => Promise<string> {
  return async (town) => {
    const part = town.stack.part('kafka');
    await part.kill('SIGKILL');
    await wait(seconds * 1_000);
    const waiting = await outboxRows(town, new Date());
    const memory = (['order', 'inventory'] as const).map(
      (service) => `${service} ${town.victims.of(service).residentMb()} MB`,
    );
    await part.start();
    const back = new Date();
    await until(
      'what was said meanwhile has left the outboxes',
      async () => (await outboxRows(town, back)) === 0,
      120_000,
    );
    const left = Date.now() - back.getTime();
    const kafka = kafkaOf(town.stack);
    const caughtUp = await checkLag(kafka);
    await until('every consumer has come so far', caughtUp, 120_000);
    await kafka.admin.close();
    const ms = Date.now() - back.getTime();
    const told = `${waiting} messages waited for its return (memory then: ${memory.join(', ')}), had left the outboxes ${inSeconds(left)} s after it and were applied by all ${inSeconds(ms)} s after it`;
    if (ms > drainedMsMax) throw new Error(`${told}; at most ${inSeconds(drainedMsMax)} s are allowed.`);
    return told;
  };
}

function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

/** Rows from before that moment, in both outboxes. */
async function outboxRows(town: Town, before: Date): Promise<number> {
  let rows = 0;
  for (const service of ['order', 'inventory']) {
    const client = new pg.Client({ connectionString: town.stack.databaseUrl(service) });
    await client.connect();
    const found = await client.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM messaging.outbox WHERE "createdAt" < $1',
      [before],
    );
    rows += found.rows[0]?.n ?? 0;
    await client.end();
  }
  return rows;
}

export async function logReplayed(town: Town): Promise<string> {
  const kafka = kafkaOf(town.stack);
  try {
    return `${await sayAllAgain(kafka)} messages were said again`;
  } finally {
    await kafka.admin.close();
  }
}

/** Every message a second time, in the order in which it came; answers how many there are. */
export async function sayAllAgain(kafka: Kafka): Promise<number> {
  const again: OutgoingMessage[] = [];
  await readTopics(kafka, Object.keys(topics), ({ topic, key, value, headers }) => {
    if (headers['poison'] === undefined) again.push({ topic, key, value, headers });
  });
  const producer = kafka.createProducer();
  try {
    for (let at = 0; at < again.length; at += 500) await producer.send(again.slice(at, at + 500));
  } finally {
    await producer.close();
  }
  return again.length;
}

/** The ghosts of the round go on meanwhile: it is they who poison. */
export async function poisonBurst(): Promise<void> {
  await wait(12_000);
}
