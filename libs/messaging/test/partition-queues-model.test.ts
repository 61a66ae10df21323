// The partition queues against a model of the table: whatever is committed, enqueued late or never, swept, sent, refused, or
// forgotten when the lock is lost, each topic gets the messages of an aggregate in order, and in the end all of them.

import type { Topic } from '@oms/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredMessage } from '../src/index.ts';
import {
  createPartitionQueues,
  type Batch,
  type PartitionQueues,
  type SweepChoice,
} from '../src/relay/partition-queues.ts';

const topics: Topic[] = ['order-events', 'analytics-events'];
type Step =
  | { do: 'commit'; aggregate: number; topics: number; each: number }
  | { do: 'enqueue'; which: number }
  | { do: 'list' | 'take' | 'send' | 'delete' | 'loseLock' | 'loseEnqueues' }
  | { do: 'settle'; which: number; badPartition: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      aggregate: fc.nat(4),
      topics: fc.integer({ min: 1, max: 3 }),
      each: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('enqueue' as const), which: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('list' as const, 'take' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('send' as const, 'delete' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which: fc.nat(2),
      badPartition: fc.integer({ min: -4, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('loseLock' as const, 'loseEnqueues' as const) }) },
);

function createModel(limits: { countMax: number; listMax: number }) {
  const partitions = topics.flatMap((topic) => [`${topic}/0`, `${topic}/1`]);
  const queues: PartitionQueues = createPartitionQueues({
    countMax: limits.countMax,
    bytesMax: 1e9,
    batchMax: 4,
    batchBytesMax: 1e9,
    partitionOf: (topic, key) => `${topic}/${Number(key) % 2}`,
  });
  const table = new Map<string, StoredMessage>();
  const versions = new Map<number, number>();
  const arrived = new Map<string, number[]>();
  const committed = new Map<string, number[]>();
  let notEnqueued: StoredMessage[][] = [];
  let inProgress: Batch[] = [];
  let sent: string[] = [];
  let sweep: { choice: SweepChoice; swept: { message: StoredMessage; createdAtMs: number }[] } | undefined;
  let nowMs = 0;
  let lastId = 0;
  let lockWasLost = false;

  return { run, finish };

  function run(s: Step): void {
    if (s.do === 'commit') return commit(s);
    if (s.do === 'enqueue') {
      const [stored] = notEnqueued.splice(s.which % Math.max(1, notEnqueued.length), 1);
      if (stored) queues.enqueue(stored, nowMs);
    } else if (s.do === 'list') list(limits.listMax);
    else if (s.do === 'take') take();
    else if (s.do === 'send') send();
    else if (s.do === 'settle') settle(s.which, partitions[s.badPartition]);
    else if (s.do === 'delete') remove();
    else if (s.do === 'loseEnqueues') notEnqueued = [];
    else {
      lockWasLost = true;
      queues.reset();
      sweep = undefined;
      // Sends in progress end later; until then it is unknown whether they arrived.
      inProgress = [];
      sent = [];
    }
  }

  function commit(s: Extract<Step, { do: 'commit' }>): void {
    const version = (versions.get(s.aggregate) ?? 0) + 1;
    versions.set(s.aggregate, version);
    const stored: StoredMessage[] = [];
    for (const [i, topic] of topics.entries()) {
      if (!(s.topics & (i + 1))) continue;
      for (let n = 0; n < s.each; n++) {
        const id = String((lastId += 1));
        const message = { id, topic, aggregateId: String(s.aggregate), aggregateVersion: version, eventId: id };
        stored.push({ ...message, eventType: 'NEW_ORDER', payload: Buffer.alloc(1), headers: {} });
      }
    }
    for (const message of stored) {
      table.set(message.id, message);
      push(committed, message);
    }
    notEnqueued.push(stored);
  }

  function list(listMax: number): void {
    if (sweep) return;
    const held = new Set(queues.beginSweep());
    const rows = [...table.values()].filter((row) => !held.has(row.id)).slice(0, listMax);
    const choice = queues.choose(
      rows.map((row) => ({ ...row, bytes: 1 })),
      rows.length === listMax,
    );
    sweep = { choice, swept: choice.ids.map((id) => ({ message: table.get(id)!, createdAtMs: nowMs })) };
  }

  function take(): void {
    if (sweep) queues.endSweep(sweep.choice, sweep.swept);
    sweep = undefined;
  }

  function send(): void {
    nowMs += 10_000;
    const batch = queues.nextBatch(nowMs);
    if (batch) inProgress.push(batch);
  }

  function settle(which: number, badPartition: string | undefined): void {
    const [batch] = inProgress.splice(which % Math.max(1, inProgress.length), 1);
    if (!batch) return;
    if (badPartition !== undefined && batch.partitions.includes(badPartition)) {
      queues.failed(batch, nowMs);
      return;
    }
    for (const { message } of batch.entries) push(arrived, message);
    sent.push(...queues.sent(batch));
  }

  function remove(): void {
    for (const id of sent) table.delete(id);
    queues.deleted(sent);
    sent = [];
  }

  /** No more failures: everything that was committed must reach its topic, in order. */
  function finish(): void {
    for (let round = 0; table.size > 0 && round < 1_000; round++) {
      take();
      list(50_000);
      take();
      send();
      settle(0, undefined);
      remove();
    }
    expect(table.size).toBe(0);
    expect(queues.queued()).toBe(0);
    for (const [place, ids] of committed) {
      const came = arrived.get(place) ?? [];
      // Only what had no time to be deleted before the lock was lost may come twice.
      expect(lockWasLost ? [...new Set(came)] : came).toEqual(ids);
    }
  }
}

function push(lists: Map<string, number[]>, message: StoredMessage): void {
  const place = `${message.topic} ${message.aggregateId}`;
  lists.set(place, [...(lists.get(place) ?? []), Number(message.id)]);
}

/** Swept, skipped in part because its partition was full, sent and deleted; and only then enqueued. One in 20,000 runs is like it. */
const enqueuedAfterAll: [Step[], { countMax: number; listMax: number }] = [
  [
    { do: 'commit', aggregate: 0, topics: 3, each: 1 },
    { do: 'commit', aggregate: 2, topics: 2, each: 1 },
    { do: 'enqueue', which: 3 },
    { do: 'list' },
    { do: 'send' },
    { do: 'settle', which: 0, badPartition: 2 },
    { do: 'take' },
    { do: 'list' },
    { do: 'send' },
    { do: 'send' },
    { do: 'settle', which: 1, badPartition: -1 },
    { do: 'take' },
    { do: 'delete' },
    { do: 'enqueue', which: 0 },
  ],
  { countMax: 3, listMax: 1 },
];

test('every message arrives, and those of an aggregate for the first time in their order, topic by topic', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 150, size: 'max' }),
      fc.record({ countMax: fc.integer({ min: 2, max: 40 }), listMax: fc.integer({ min: 1, max: 12 }) }),
      (steps, limits) => {
        const model = createModel(limits);
        for (const each of steps) model.run(each);
        model.finish();
      },
    ),
    { numRuns: 2_000, examples: [enqueuedAfterAll] },
  );
});
