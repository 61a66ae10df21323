// Kafka is killed, frozen, out of disk or away; messages are delivered again, or cannot be decoded.

import { setTimeout as wait } from 'node:timers/promises';
import { topics } from '@oms/contracts';
import { until } from '@oms/test-kit';
import pg from 'pg';
import { run } from '../../../dev/command/run.ts';
import { identityOf } from '../../../dev/stack/process-identity.ts';
import { lagOf } from '../../invariants/kafka-log.ts';
import { readers } from '../../invariants/leftovers.ts';
import { openKafka, republishAll } from '../kafka.ts';
import type { SystemUnderTest } from '../system-under-test.ts';

/** Orders wait in the outboxes before it comes back, and have left them when this ends. */
const waitingRows = 50;
const drainMsMax = 60_000;

export async function brokerKilled(system: SystemUnderTest): Promise<string> {
  const kafka = system.stack.part('kafka');
  await kafka.kill('SIGKILL');
  const waiting = await untilRowsWait(system);
  await kafka.start();
  await untilDrained(system, new Date(), drainMsMax);
  return `${waiting} messages waited for its return`;
}

/** Every write of Kafka fails, as on a full disk, until there is space again. A broker that cannot write ends itself. */
export async function brokerDiskFull(system: SystemUnderTest): Promise<string> {
  const kafka = system.stack.part('kafka');
  const { pid } = kafka;
  // No file may grow: a write fails with "File too large" instead of "No space left on device", and Kafka treats both alike.
  const limited = await run('prlimit', [`--pid=${pid}`, '--fsize=1:1']);
  if (limited.code === 127) return 'not tried: it needs prlimit, which comes with Linux';
  if (limited.code !== 0) throw new Error(`prlimit failed: ${limited.err.trim()}`);
  const endsItself = until('Kafka has ended itself', () => identityOf(pid) === null, 20_000);
  const ending = await endsItself.then(
    () => 'it ended itself',
    () => 'it continued running, and was killed',
  );
  if (identityOf(pid) !== null) await kafka.kill('SIGKILL');
  await untilRowsWait(system);
  await kafka.start();
  await untilDrained(system, new Date(), drainMsMax);
  return ending;
}

export async function brokerFrozen(system: SystemUnderTest): Promise<void> {
  const kafka = system.stack.part('kafka');
  await kafka.kill('SIGSTOP');
  await wait(45_000);
  await kafka.kill('SIGCONT');
  await untilDrained(system, new Date(), drainMsMax);
}

/** After its return, everything published meanwhile must have been applied by all within this. */
const caughtUpMsMax = 30_000;

/** Away for so long, under load; then how soon everything is applied, while new orders keep coming. */
export function brokerAway(seconds: number): (system: SystemUnderTest) => Promise<string> {
  return async (system) => {
    const part = system.stack.part('kafka');
    await part.kill('SIGKILL');
    await wait(seconds * 1_000);
    const waiting = await outboxRows(system, new Date());
    const memory = (['order', 'inventory'] as const).map(
      (service) => `${service} ${system.processes.of(service).residentMb()} MB`,
    );
    await part.start();
    const back = new Date();
    await untilDrained(system, back, 120_000);
    const drainedMs = Date.now() - back.getTime();
    await untilCaughtUp(system, 120_000);
    const appliedMs = Date.now() - back.getTime();
    const measured = `${waiting} messages waited for its return (memory then: ${memory.join(', ')}), had left the outboxes ${inSeconds(drainedMs)} s after it and were applied by all ${inSeconds(appliedMs)} s after it`;
    if (appliedMs > caughtUpMsMax) throw new Error(`${measured}; at most ${inSeconds(caughtUpMsMax)} s are allowed.`);
    return measured;
  };
}

function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

async function untilRowsWait(system: SystemUnderTest): Promise<number> {
  const enough = async () => {
    const rows = await outboxRows(system, new Date());
    return rows >= waitingRows && rows;
  };
  return until(`${waitingRows} messages wait in the outboxes`, enough, 60_000);
}

/** Every row that was there at that moment has left its outbox. */
async function untilDrained(system: SystemUnderTest, moment: Date, withinMs: number): Promise<void> {
  const isDrained = async () => (await outboxRows(system, moment)) === 0;
  await until('what was published meanwhile has left the outboxes', isDrained, withinMs);
}

/** Every consumer group has come to where the topics end now. */
async function untilCaughtUp(system: SystemUnderTest, withinMs: number): Promise<void> {
  const kafka = openKafka(system.stack);
  const ends = await kafka.admin.offsetRanges(Object.keys(topics));
  const isCaughtUp = async () => {
    for (const { group, topics: names } of readers) {
      const own = ends.filter(({ topic }) => names.includes(topic));
      if ((await lagOf(kafka, group, own)) > 0n) return false;
    }
    return true;
  };
  await until('every consumer has come so far', isCaughtUp, withinMs);
  await kafka.admin.close();
}

/** Rows from before that moment, in both outboxes. */
async function outboxRows({ stack }: SystemUnderTest, before: Date): Promise<number> {
  let rows = 0;
  for (const service of ['order', 'inventory']) {
    const client = new pg.Client({ connectionString: stack.databaseUrl(service) });
    await client.connect();
    try {
      const found = await client.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM messaging.outbox WHERE "createdAt" < $1',
        [before],
      );
      rows += found.rows[0]?.n ?? 0;
    } finally {
      await client.end();
    }
  }
  return rows;
}

export async function allTopicsRepublished(system: SystemUnderTest): Promise<string> {
  const kafka = openKafka(system.stack);
  try {
    return `${await republishAll(kafka)} messages were published again`;
  } finally {
    await kafka.admin.close();
  }
}

/** The bad inputs of the run continue meanwhile: they publish messages that cannot be decoded. */
export async function unreadableBurst(): Promise<void> {
  await wait(12_000);
}
