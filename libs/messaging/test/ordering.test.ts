import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, type GuardInput, type ParkedHead } from '../src/consumer/ordering.ts';

type M = ParkedHead;
const aggregates = [randomUUID(), randomUUID()];
const of = (aggregateVersion: number, aggregateId = aggregates[0]!): M => ({
  ...{ eventId: randomUUID(), aggregateId, aggregateVersion },
});
const arriving = (messages: readonly M[], o: Partial<GuardInput<M>> = {}) =>
  judge({
    ...{ versions: 'gapless', applied: new Map(), parked: [], releaseMax: 500 },
    arrivals: messages.map((message) => ({ message, repeat: false })),
    ...o,
  });
const versionsOf = (verdict: ReturnType<typeof arriving>) =>
  verdict.turns.map((turn) => ('head' in turn ? turn.head : turn.message).aggregateVersion);

describe('a topic without gaps', () => {
  test('begins an aggregate with version 1, and puts aside what comes before its turn', () => {
    expect(versionsOf(arriving([of(1), of(2)]))).toEqual([1, 2]);
    const early = arriving([of(2)]);
    expect([early.turns.length, early.park.length, early.versions.size]).toEqual([0, 1, 0]);
  });

  test('applies two of one slice in the order of their versions', () => {
    const verdict = arriving([of(3), of(2), of(1), of(4)]);
    expect([versionsOf(verdict), verdict.park]).toEqual([[1, 2, 3, 4], []]);
  });

  test('applies the parked right after the one they waited for, before what comes later in the slice', () => {
    const [later, other] = [of(5), of(1, aggregates[1])];
    const parked = [of(3), of(4), of(7)];
    const verdict = arriving([of(2), other, later], { applied: new Map([[aggregates[0]!, 1]]), parked });
    expect(versionsOf(verdict)).toEqual([2, 3, 4, 1, 5]);
    expect(verdict.unpark).toEqual(parked.slice(0, 2));
    expect(verdict.versions.get(aggregates[0]!)).toBe(5);
  });

  test('drops a parked message that its aggregate is past', () => {
    const parked = [of(2)];
    const verdict = arriving([], { applied: new Map([[aggregates[0]!, 2]]), parked });
    expect([verdict.older, verdict.unpark, verdict.turns]).toEqual([1, parked, []]);
  });

  test('believes the inbox that a version was applied', () => {
    const verdict = arriving([], {
      arrivals: [
        { message: of(3), repeat: true },
        { message: of(4), repeat: false },
      ],
    });
    expect(versionsOf(verdict)).toEqual([4]);
  });

  test('lets no more of the parked through than fit, and says that there are more', () => {
    const verdict = arriving([of(1)], { parked: [of(2), of(3), of(4)], releaseMax: 2 });
    expect([versionsOf(verdict), verdict.more, verdict.unpark.length]).toEqual([[1, 2, 3], true, 2]);
  });
});

test('a topic with gaps skips only what is older: two messages may share a version', () => {
  const verdict = arriving([of(3), of(9), of(9), of(8)], { versions: 'rising' });
  expect([versionsOf(verdict), verdict.older, verdict.park]).toEqual([[3, 9, 9], 1, []]);
});

test('whatever the order and the slices, each version has its turn once, in order, and nothing is left aside', () => {
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
        const told = messages.filter(({ aggregateId }) => aggregateId === id).length;
        expect(world.applied.filter((m) => m.aggregateId === id).map((m) => m.aggregateVersion)).toEqual(
          Array.from({ length: told }, (_, v) => v + 1),
        );
      }
      expect(world.parked).toEqual([]);
    }),
  );
});

/** What the tables do around the guard, in memory: inbox, versions, the parked. */
function createWorld(releaseMax: number) {
  const inbox = new Set<string>();
  const applied: M[] = [];
  const versions = new Map<string, number>();
  const world = { applied, parked: [] as M[], take };
  return world;

  function take(slice: readonly M[]): void {
    const once = [...new Set(slice)].filter((message) => !world.parked.includes(message));
    const arrivals = once.map((message) => ({ message, repeat: inbox.has(message.eventId) }));
    for (let more = true, first = true; more; first = false) {
      const verdict = judge({
        ...{ versions: 'gapless', applied: versions, parked: world.parked, releaseMax },
        arrivals: first ? arrivals : [],
      });
      const turns = verdict.turns.map((turn) => ('head' in turn ? turn.head : turn.message));
      applied.push(...turns);
      for (const { eventId } of turns) inbox.add(eventId);
      for (const [id, version] of verdict.versions) versions.set(id, version);
      world.parked = [...world.parked.filter((head) => !verdict.unpark.includes(head)), ...verdict.park];
      more = verdict.more;
    }
  }
}
