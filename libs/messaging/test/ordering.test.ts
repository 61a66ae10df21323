import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planOrdering, type MessageHead, type OrderingInput, type ReadyMessage } from '../src/consumer/ordering.ts';

type M = MessageHead;
const aggregates = [randomUUID(), randomUUID()];
const of = (aggregateVersion: number, aggregateId = aggregates[0]!): M => ({
  eventId: randomUUID(),
  aggregateId,
  aggregateVersion,
});
const arriving = (messages: readonly M[], input: Partial<OrderingInput<M>> = {}) =>
  planOrdering({
    versions: 'gapless',
    applied: new Map(),
    buffered: [],
    releaseMax: 500,
    arrivals: messages.map((message) => ({ message, repeat: false })),
    ...input,
  });
const headOf = (ready: ReadyMessage<M>) => ('buffered' in ready ? ready.buffered : ready.message);
const versionsOf = (plan: ReturnType<typeof arriving>) =>
  plan.ready.map(headOf).map(({ aggregateVersion }) => aggregateVersion);

describe('a topic without gaps', () => {
  test('begins an aggregate with version 1, and buffers a message that arrives before an earlier one', () => {
    expect(versionsOf(arriving([of(1), of(2)]))).toEqual([1, 2]);
    const early = arriving([of(2)]);
    expect([early.ready.length, early.toBuffer.length, early.versions.size]).toEqual([0, 1, 0]);
  });

  test('applies two of one slice in the order of their versions', () => {
    const plan = arriving([of(3), of(2), of(1), of(4)]);
    expect([versionsOf(plan), plan.toBuffer]).toEqual([[1, 2, 3, 4], []]);
  });

  test('applies buffered messages right after the one they waited for, before later ones of the slice', () => {
    const [later, other] = [of(5), of(1, aggregates[1])];
    const buffered = [of(3), of(4), of(7)];
    const plan = arriving([of(2), other, later], { applied: new Map([[aggregates[0]!, 1]]), buffered });
    expect(versionsOf(plan)).toEqual([2, 3, 4, 1, 5]);
    expect(plan.toRemove).toEqual(buffered.slice(0, 2));
    expect(plan.versions.get(aggregates[0]!)).toBe(5);
  });

  test('removes a buffered message that its aggregate has passed', () => {
    const buffered = [of(2)];
    const plan = arriving([], { applied: new Map([[aggregates[0]!, 2]]), buffered });
    expect([plan.older, plan.toRemove, plan.ready]).toEqual([1, buffered, []]);
  });

  test('trusts the inbox that a version was applied', () => {
    const plan = arriving([], {
      arrivals: [
        { message: of(3), repeat: true },
        { message: of(4), repeat: false },
      ],
    });
    expect(versionsOf(plan)).toEqual([4]);
  });

  test('applies a limited number of buffered messages, and reports that there are more', () => {
    const plan = arriving([of(1)], { buffered: [of(2), of(3), of(4)], releaseMax: 2 });
    expect([versionsOf(plan), plan.hasMore, plan.toRemove.length]).toEqual([[1, 2, 3], true, 2]);
  });
});

test('a topic with gaps skips only what is older: two messages may share a version', () => {
  const plan = arriving([of(3), of(9), of(9), of(8)], { versions: 'rising' });
  expect([versionsOf(plan), plan.older, plan.toBuffer]).toEqual([[3, 9, 9], 1, []]);
});

test('a consumer that needs no order applies all at once, once each, and what an earlier release buffered', () => {
  const buffered = [of(7), of(5)];
  const plan = arriving([of(3), of(1), of(2)], { versions: 'any', applied: new Map([[aggregates[0]!, 4]]), buffered });
  expect([versionsOf(plan).toSorted(), plan.toBuffer, plan.older]).toEqual([[1, 2, 3, 5, 7], [], 0]);
  expect([plan.toRemove.length, plan.versions.get(aggregates[0]!)]).toEqual([2, 7]);
});

test('whatever the order and the slices, each version is applied once, in order, and nothing stays in the buffer', () => {
  const deliveries = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 8 }))
    .map((lives) => lives.flatMap((life, i) => Array.from({ length: life }, (_, v) => of(v + 1, aggregates[i]))))
    .chain((messages) =>
      fc.record({
        messages: fc.constant(messages),
        // every message, and some of them again
        order: fc
          .tuple(
            fc.shuffledSubarray(messages, { minLength: messages.length }),
            fc.array(fc.constantFrom(...messages), { maxLength: 6 }),
          )
          .chain(([all, again]) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length })),
        cuts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
        releaseMax: fc.integer({ min: 1, max: 3 }),
      }),
    );
  fc.assert(
    fc.property(deliveries, ({ messages, order, cuts, releaseMax }) => {
      const world = createWorld(releaseMax);
      for (let at = 0, i = 0; at < order.length; at += cuts[i++ % cuts.length]!) {
        world.take(order.slice(at, at + cuts[i % cuts.length]!));
      }
      for (const id of aggregates) {
        const count = messages.filter(({ aggregateId }) => aggregateId === id).length;
        expect(world.applied.filter((m) => m.aggregateId === id).map((m) => m.aggregateVersion)).toEqual(
          Array.from({ length: count }, (_, v) => v + 1),
        );
      }
      expect(world.buffered).toEqual([]);
    }),
  );
});

/** The tables around the plan, in memory: inbox, versions and out-of-order buffer. */
function createWorld(releaseMax: number) {
  const inbox = new Set<string>();
  const applied: M[] = [];
  const versions = new Map<string, number>();
  const world = { applied, buffered: [] as M[], take };
  return world;

  function take(slice: readonly M[]): void {
    const once = [...new Set(slice)].filter((message) => !world.buffered.includes(message));
    const arrivals = once.map((message) => ({ message, repeat: inbox.has(message.eventId) }));
    for (let hasMore = true, first = true; hasMore; first = false) {
      const plan = planOrdering({
        versions: 'gapless',
        applied: versions,
        buffered: world.buffered,
        releaseMax,
        arrivals: first ? arrivals : [],
      });
      const ready = plan.ready.map(headOf);
      applied.push(...ready);
      for (const { eventId } of ready) inbox.add(eventId);
      for (const [id, version] of plan.versions) versions.set(id, version);
      world.buffered = [...world.buffered.filter((head) => !plan.toRemove.includes(head)), ...plan.toBuffer];
      hasMore = plan.hasMore;
    }
  }
}
