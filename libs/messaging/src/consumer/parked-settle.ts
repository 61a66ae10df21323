// Applies what is parked of one aggregate and has its turn; one that can't be applied goes to the dead letters alone.

import { applyInTurn, type Trace } from './apply.ts';
import { blames, errorOf } from './apply-slice.ts';
import { buryAll } from '../dead-letters/burial.ts';
import { isPassing } from './error-classification.ts';
import type { ParkedKeeperOptions } from './gap-timeout.ts';
import { readFirst, unpark, type Waiting } from './out-of-order-buffer.ts';
import { inTransaction } from '../outbox/transaction.ts';

const triesMax = 3;
const manyAtOnce = 500;

/**
 * @param baseline where to take the aggregate to stand, if it was never heard of
 * @throws what passes by itself: try again later
 */
export async function settle(
  o: ParkedKeeperOptions,
  { topic, partition, aggregateId }: Waiting,
  baseline?: ReadonlyMap<string, number>,
): Promise<void> {
  let releaseMax = manyAtOnce;
  let tries = 0;
  for (let more = true; more;) {
    const trace: Trace = { step: 'connect', released: 0 };
    try {
      const work = { topic, partition, arrivals: [], aggregateIds: [aggregateId], releaseMax };
      const done = await inTransaction(o.pool, (client) =>
        applyInTurn(client, o, { ...work, ...(baseline && { baseline }) }, trace),
      );
      if (done.stored.length > 0) o.enqueue([...done.stored]);
      if (done.applied > 0) o.metrics.applied.inc({ group: o.group, topic }, done.applied);
      if (done.older > 0) o.metrics.older.inc({ group: o.group, topic }, done.older);
      more = done.more;
      tries = 0;
    } catch (thrown) {
      const error = errorOf(thrown);
      if (isPassing(error) || !blames(trace.step, error)) throw error;
      // One by one from here, so that the first of those left is the one to blame.
      tries = releaseMax === 1 ? tries + 1 : 0;
      releaseMax = 1;
      if (tries === triesMax) return buryFirst(o, { topic, aggregateId }, error);
    }
  }
}

async function buryFirst(
  o: ParkedKeeperOptions,
  { topic, aggregateId }: Pick<Waiting, 'topic' | 'aggregateId'>,
  error: Error,
): Promise<void> {
  const first = await readFirst(o.pool, { group: o.group, topic, aggregateId });
  if (!first) return;
  await buryAll(o, [{ received: first.received, error, attempts: triesMax }]);
  await unpark(o.pool, o.group, [first.head]);
}
