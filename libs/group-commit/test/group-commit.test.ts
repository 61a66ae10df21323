// Each command gets its own outcome, whatever happens to its batch.
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { StoppedError, createGroupCommit, QueueFullError, type Outcome } from '../src/index.ts';

type Command = { id: number; kind: 'good' | 'refused' | 'poison' };

/** A store that commits in the next turn of the event loop, and records what it committed in which batches. */
function createStore({ rejectBatch }: { rejectBatch?: (batch: readonly Command[]) => Error | undefined } = {}) {
  const batches: number[][] = [];
  const committed: number[] = [];
  let inFlight = 0;
  let inFlightMax = 0;
  return {
    batches,
    committed,
    inFlightMax: () => inFlightMax,
    async commit(batch: readonly Command[]): Promise<Outcome<string>[]> {
      inFlight += 1;
      inFlightMax = Math.max(inFlightMax, inFlight);
      batches.push(batch.map((command) => command.id));
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      const rejection = rejectBatch?.(batch);
      if (rejection) throw rejection;
      const poison = batch.find((command) => command.kind === 'poison');
      if (poison) throw new Error(`poison ${poison.id}`);
      committed.push(...batch.map((command) => command.id));
      return batch.map(({ id, kind }) =>
        kind === 'good' ? { value: `did ${id}` } : { error: new Error(`refused ${id}`) },
      );
    },
  };
}

const settled = (promises: readonly Promise<string>[]) =>
  Promise.all(
    promises.map((promise) =>
      promise.then(
        (value) => value,
        (error: Error) => error.message,
      ),
    ),
  );

const kinds = fc.constantFrom<Command['kind']>('good', 'good', 'good', 'refused', 'poison');

describe('whatever is submitted', () => {
  test('each command gets its own outcome once, in order of arrival, in one batch at a time, and a poison command does not fail the others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(kinds, fc.nat({ max: 3 })), { maxLength: 60, size: 'max' }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 100 }),
        async (plan, countMax, bytesMax) => {
          const store = createStore();
          const group = createGroupCommit<Command, string>({
            name: 'test',
            commit: (batch) => store.commit(batch),
            countMax,
            bytesMax,
            sizeOf: (command) => 1 + (command.id % 40),
          });
          const outcomes: Promise<string>[] = [];
          let settlements = 0;
          for (const [id, [kind, turns]] of plan.entries()) {
            const outcome = group.submit({ id, kind });
            outcome.then(
              () => (settlements += 1),
              () => (settlements += 1),
            );
            outcomes.push(outcome);
            for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          }
          await group.stop();
          expect(settlements).toBe(plan.length);
          expect(await settled(outcomes)).toEqual(
            plan.map(([kind], id) => ({ good: `did ${id}`, refused: `refused ${id}`, poison: `poison ${id}` })[kind]),
          );
          expect(store.inFlightMax()).toBeLessThanOrEqual(1);
          const arrival = plan.flatMap(([kind], id) => (kind === 'poison' ? [] : [id]));
          expect(store.committed).toEqual(arrival);
          for (const batch of store.batches) {
            expect(batch.length).toBeLessThanOrEqual(countMax);
            const bytes = batch.reduce((sum, id) => sum + 1 + (id % 40), 0);
            expect(bytes <= bytesMax || batch.length === 1).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('batches', () => {
  test('what arrives while a batch is in flight goes into the next one', async () => {
    const store = createStore();
    const group = createGroupCommit<Command, string>({ name: 'test', commit: (batch) => store.commit(batch) });
    const first = group.submit({ id: 0, kind: 'good' });
    await Promise.resolve();
    await Promise.resolve();
    const rest = [1, 2, 3].map((id) => group.submit({ id, kind: 'good' }));
    await Promise.all([first, ...rest]);
    expect(store.batches).toEqual([[0], [1, 2, 3]]);
  });

  test('a command larger than a batch goes alone', async () => {
    const store = createStore();
    const group = createGroupCommit<Command, string>({
      name: 'test',
      commit: (batch) => store.commit(batch),
      bytesMax: 10,
      sizeOf: ({ id }) => (id === 1 ? 1_000 : 4),
    });
    await Promise.all([0, 1, 2, 3, 4].map((id) => group.submit({ id, kind: 'good' })));
    expect(store.batches).toEqual([[0], [1], [2, 3], [4]]);
  });
});

describe('a commit that rejects', () => {
  test('with an unknown outcome: every caller of the batch gets that error, and nothing is retried', async () => {
    const unknown = Object.assign(new Error('answer lost'), { outcomeUnknown: true });
    const store = createStore({ rejectBatch: (batch) => (batch.length === 3 ? unknown : undefined) });
    const group = createGroupCommit<Command, string>({ name: 'test', commit: (batch) => store.commit(batch) });
    const outcomes = await Promise.allSettled([0, 1, 2].map((id) => group.submit({ id, kind: 'good' })));
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as Error))).toEqual([
      unknown,
      unknown,
      unknown,
    ]);
    expect(store.batches).toEqual([[0, 1, 2]]);
    expect(await group.submit({ id: 3, kind: 'good' })).toBe('did 3');
  });

  test.each([
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a shutdown', Object.assign(new Error('terminating connection'), { code: '57P01' })],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
    ['a database that is read-only', Object.assign(new Error('read-only'), { code: '25006' })],
    ['a full disk', Object.assign(new Error('No space left on device'), { code: '53100' })],
    ['no memory', Object.assign(new Error('out of memory'), { code: '53200' })],
    ['a lock that is not free in time', Object.assign(new Error('lock timeout'), { code: '55P03' })],
    ['a statement that is cut by its deadline', Object.assign(new Error('statement timeout'), { code: '57014' })],
    ['a server that does not answer', new Error('Query read timeout')],
  ])('with %s: every caller gets that error at once, and nothing is retried', async (_, outage) => {
    const store = createStore({ rejectBatch: () => outage });
    const group = createGroupCommit<Command, string>({ name: 'test', commit: (batch) => store.commit(batch) });
    const outcomes = await settled([0, 1, 2].map((id) => group.submit({ id, kind: 'good' })));
    expect(outcomes).toEqual([outage.message, outage.message, outage.message]);
    expect(store.batches).toEqual([[0, 1, 2]]);
  });

  test('with a wrong number of outcomes: callers learn that the outcome is unknown', async () => {
    const group = createGroupCommit<Command, string>({
      name: 'test',
      commit: () => Promise.resolve([{ value: 'one' }]),
    });
    const tried = [0, 1].map((id) => group.submit({ id, kind: 'good' }));
    for (const outcome of await Promise.allSettled(tried)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { outcomeUnknown: true } });
    }
  });
});

describe('limits', () => {
  test('a full queue refuses the next command and keeps the earlier ones', async () => {
    const store = createStore();
    const group = createGroupCommit<Command, string>({ name: 'orders', commit: (b) => store.commit(b), queueMax: 2 });
    const kept = [0, 1].map((id) => group.submit({ id, kind: 'good' }));
    const refused = group.submit({ id: 2, kind: 'good' });
    await expect(refused).rejects.toBeInstanceOf(QueueFullError);
    await expect(refused).rejects.toThrow('"orders" is full');
    expect(await Promise.all(kept)).toEqual(['did 0', 'did 1']);
    expect(await group.submit({ id: 3, kind: 'good' })).toBe('did 3');
  });

  test('a stop completes what was accepted and accepts nothing more', async () => {
    const store = createStore();
    const group = createGroupCommit<Command, string>({ name: 'orders', commit: (b) => store.commit(b), countMax: 2 });
    const taken = [0, 1, 2, 3, 4].map((id) => group.submit({ id, kind: 'good' }));
    const stopping = group.stop();
    await expect(group.submit({ id: 5, kind: 'good' })).rejects.toBeInstanceOf(StoppedError);
    await stopping;
    expect(store.committed).toEqual([0, 1, 2, 3, 4]);
    await Promise.all(taken);
    await group.stop();
  });
});

test('batch sizes, waits and commits are measured, by name', async () => {
  const metrics = new Registry();
  const store = createStore();
  for (const name of ['orders', 'stock']) {
    const group = createGroupCommit<Command, string>({ name, commit: (batch) => store.commit(batch), metrics });
    await settled([0, 1, 2].map((id) => group.submit({ id, kind: id === 1 ? 'poison' : 'good' })));
  }
  const text = await metrics.metrics();
  for (const name of ['orders', 'stock']) {
    expect(text).toContain(`group_commit_batch_size_sum{name="${name}"} 6`);
    expect(text).toContain(`group_commit_wait_ms_count{name="${name}"} 6`);
    expect(text).toContain(`group_commit_commit_ms_count{name="${name}"} 4`);
    expect(text).toContain(`group_commit_splits_total{name="${name}"} 1`);
    expect(text).toContain(`group_commit_refused_total{name="${name}"} 0`);
  }
});

test('a refused command is counted', async () => {
  const metrics = new Registry();
  const store = createStore();
  const group = createGroupCommit<Command, string>({
    name: 'small',
    commit: (batch) => store.commit(batch),
    queueMax: 1,
    metrics,
  });
  await settled([0, 1, 2].map((id) => group.submit({ id, kind: 'good' })));
  expect(store.committed).toEqual([0]);
  expect(await metrics.metrics()).toContain('group_commit_refused_total{name="small"} 2');
});
