// Callers take turns, and none of them can fill the queue alone.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGroupCommit, QueueFullError, type GroupCommitOptions } from '../src/index.ts';

type Command = { caller: string; number: number; bytes: number };

/** A store that records its batches; no commit returns before `open` is called. */
function createGate(limits: Partial<GroupCommitOptions<Command, void>>) {
  const batches: Command[][] = [];
  const gate = Promise.withResolvers<void>();
  const group = createGroupCommit<Command, void>({
    name: 'test',
    callerOf: ({ caller }) => caller,
    sizeOf: ({ bytes }) => bytes,
    async commit(batch) {
      batches.push([...batch]);
      await gate.promise;
      return batch.map(() => ({ value: undefined }));
    },
    ...limits,
  });
  const submit = (caller: string, count: number, bytes = 1) =>
    Array.from({ length: count }, (_, number) => group.submit({ caller, number, bytes }));
  const batchesByCaller = () => batches.map((batch) => batch.map(({ caller }) => caller).join(''));
  return { group, submit, batchesByCaller, batches, open: gate.resolve };
}

/** The first batch is in flight, so that all commands that follow have to wait. */
async function withBatchInFlight(limits: Partial<GroupCommitOptions<Command, void>>) {
  const gate = createGate(limits);
  const first = gate.submit('x', 1);
  await Promise.resolve();
  await Promise.resolve();
  return { ...gate, first };
}

describe('callers take turns', () => {
  test('a flood of one caller makes another wait for one batch, not for the flood', async () => {
    const { submit, batchesByCaller, open } = await withBatchInFlight({ countMax: 4 });
    const all = [...submit('a', 12), ...submit('b', 2)];
    open();
    await Promise.all(all);
    expect(batchesByCaller()).toEqual(['x', 'abab', 'aaaa', 'aaaa', 'aa']);
  });

  test('between two huge commands of a flood small ones are committed', async () => {
    const { submit, batchesByCaller, open } = await withBatchInFlight({ countMax: 100, bytesMax: 10 });
    const all = [...submit('h', 3, 50), ...submit('b', 6, 1), ...submit('c', 6, 1)];
    open();
    await Promise.all(all);
    expect(batchesByCaller()).toEqual(['x', 'h', 'bcbcbcbcbc', 'h', 'bc', 'h']);
  });

  test('a huge command is not delayed by small ones that keep arriving', async () => {
    const { submit, batchesByCaller, open } = await withBatchInFlight({ countMax: 3, bytesMax: 10 });
    const all = [...submit('b', 9, 1), ...submit('h', 1, 50)];
    open();
    await Promise.all(all);
    expect(batchesByCaller()[2]).toBe('h');
  });

  test('without callers the order of arrival is the order of all', async () => {
    const { submit, batches, open, group } = await withBatchInFlight({ countMax: 4 });
    const anonymous = createGate({ callerOf: () => 'all', countMax: 4 });
    const all = ['a', 'b', 'a'].flatMap((caller) => anonymous.submit(caller, 2));
    anonymous.open();
    open();
    await Promise.all([...all, ...submit('a', 0), group.stop()]);
    expect(anonymous.batchesByCaller().join('')).toBe('aabbaa');
    expect(batches).toHaveLength(1);
  });
});

describe('nobody fills the queue alone', () => {
  test('one caller may have half of the queue, and the rest stays for others', async () => {
    const { submit, open, first } = await withBatchInFlight({ queueMax: 8 });
    const flood = submit('a', 6);
    await expect(flood[4]).rejects.toBeInstanceOf(QueueFullError);
    await expect(flood[5]).rejects.toBeInstanceOf(QueueFullError);
    const others = [...submit('b', 2), ...submit('c', 2)];
    await expect(submit('d', 1)[0]).rejects.toBeInstanceOf(QueueFullError);
    open();
    await Promise.all([...first, ...flood.slice(0, 4), ...others]);
  });

  test('one caller may have half of the bytes, and an empty queue accepts any command', async () => {
    const { submit, open, first } = await withBatchInFlight({ queueBytesMax: 100, bytesMax: 1_000 });
    const huge = submit('a', 2, 80);
    await expect(huge[1]).rejects.toBeInstanceOf(QueueFullError);
    const small = submit('b', 1, 20);
    await expect(submit('b', 1, 20)[0]).rejects.toBeInstanceOf(QueueFullError);
    open();
    await Promise.all([...first, ...huge.slice(0, 1), ...small]);
  });
});

test('with any commands: each caller keeps its order, every batch keeps its limits, and each waiting caller has a turn soon', async () => {
  const commands = fc.array(
    fc.record({ caller: fc.constantFrom('a', 'b', 'c'), bytes: fc.integer({ min: 1, max: 12 }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(commands, fc.integer({ min: 1, max: 6 }), async (plan, countMax) => {
      const { group, batches, open, first } = await withBatchInFlight({ countMax, bytesMax: 10 });
      const all = plan.map(({ caller, bytes }, number) => group.submit({ caller, number, bytes }));
      open();
      await Promise.all([...first, ...all]);
      const done = batches.slice(1);
      for (const batch of done) {
        expect(batch.length).toBeLessThanOrEqual(countMax);
        const bytes = batch.reduce((sum, command) => sum + command.bytes, 0);
        expect(bytes <= 10 || batch.length === 1).toBe(true);
      }
      const order = done.flat();
      for (const caller of ['a', 'b', 'c']) {
        const numbers = order.flatMap((command) => (command.caller === caller ? [command.number] : []));
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
      // With three callers, each waiting caller has a turn in one of any three consecutive batches.
      for (const [i, batch] of done.entries()) {
        if (i + 3 > done.length) break;
        const served = new Set(done.slice(i, i + 3).flatMap((each) => each.map(({ caller }) => caller)));
        const waiting = new Set([...batch, ...done.slice(i + 3).flat()].map(({ caller }) => caller));
        expect([...waiting].filter((caller) => !served.has(caller))).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});

test('an idle queue commits at once: before any timer, and before the next turn of the event loop', async () => {
  const { submit, batchesByCaller, open } = createGate({});
  const seen = Promise.race([
    new Promise((resolve) => setImmediate(() => resolve('next turn'))),
    Promise.resolve()
      .then(() => undefined)
      .then(() => batchesByCaller()),
  ]);
  const done = submit('a', 1);
  expect(await seen).toEqual(['a']);
  open();
  await Promise.all(done);
});
