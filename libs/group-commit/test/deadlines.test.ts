// No caller waits beyond its deadline, and nothing is executed for a caller that has gone before its command began.
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createGroupCommit, type GroupCommitOptions } from '../src/index.ts';

/** A queue whose commits hang until `open`; `executed` are the commands that were given to a commit. */
function createHangingQueue(options: Partial<GroupCommitOptions<number, number>> = {}) {
  const executed: number[] = [];
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const group = createGroupCommit<number, number>({
    name: 'hanging',
    async commit(commands) {
      executed.push(...commands);
      await opened;
      return commands.map((value) => ({ value }));
    },
    ...options,
  });
  return { group, executed, open: () => open() };
}

const begun = () => new Promise((resolve) => setImmediate(resolve));

test('a command whose caller has gone before it began is not executed, and its place in the queue is free at once', async () => {
  const metrics = new Registry();
  const { group, executed, open } = createHangingQueue({ queueMax: 1, metrics });
  const first = group.submit(1);
  await begun();
  const caller = new AbortController();
  const dropped = group.submit(2, { signal: caller.signal });
  await expect(group.submit(3)).rejects.toMatchObject({ name: 'QueueFullError' });
  caller.abort();
  await expect(dropped).rejects.toMatchObject({ name: 'CallerGoneError', notTried: true });
  const next = group.submit(4);
  open();
  expect(await Promise.all([first, next])).toEqual([1, 4]);
  expect(executed).toEqual([1, 4]);
  expect(await metrics.metrics()).toContain('group_commit_dropped_total{name="hanging",reason="caller_gone"} 1');
});

test('a command that has begun continues when its caller goes', async () => {
  const { group, open } = createHangingQueue();
  const caller = new AbortController();
  const first = group.submit(1, { signal: caller.signal });
  await begun();
  caller.abort();
  open();
  expect(await first).toBe(1);
});

test('a command of a caller that has gone already is not accepted', async () => {
  const { group, executed } = createHangingQueue();
  await expect(group.submit(1, { signal: AbortSignal.abort() })).rejects.toMatchObject({ notTried: true });
  await group.stop();
  expect(executed).toEqual([]);
});

test('at its deadline a command that waits is dropped, and one that has begun has an unknown outcome', async () => {
  const metrics = new Registry();
  const { group, executed, open } = createHangingQueue({ deadlineMs: 30, metrics });
  const running = group.submit(1);
  await begun();
  const waiting = group.submit(2);
  await expect(running).rejects.toMatchObject({ name: 'DeadlineError', outcomeUnknown: true, notTried: false });
  await expect(waiting).rejects.toMatchObject({ name: 'DeadlineError', outcomeUnknown: false, notTried: true });
  open();
  expect(await group.submit(3)).toBe(3);
  expect(executed).toEqual([1, 3]);
  const text = await metrics.metrics();
  expect(text).toContain('group_commit_dropped_total{name="hanging",reason="deadline"} 1');
  expect(text).toContain('group_commit_dropped_total{name="hanging",reason="deadline_waiting"} 1');
});

test("the rest of a caller's own time counts when it is shorter; a caller without any is refused at once", async () => {
  const { group, executed, open } = createHangingQueue();
  const first = group.submit(1);
  await begun();
  await expect(group.submit(2, { withinMs: 20 })).rejects.toMatchObject({ name: 'DeadlineError', notTried: true });
  await expect(group.submit(3, { withinMs: 0 })).rejects.toMatchObject({ name: 'DeadlineError', notTried: true });
  open();
  await first;
  expect(executed).toEqual([1]);
});

test('a deadline leaves the other commands of a caller in their order', async () => {
  const { group, executed, open } = createHangingQueue({ callerOf: () => 'ann', countMax: 1 });
  const first = group.submit(1);
  await begun();
  const rest = [
    group.submit(2, { withinMs: 20 }).catch(() => 'dropped'),
    group.submit(3),
    group.submit(4, { withinMs: 20 }).catch(() => 'dropped'),
    group.submit(5),
  ];
  await rest[2];
  open();
  expect(await Promise.all([first, ...rest])).toEqual([1, 'dropped', 3, 'dropped', 5]);
  expect(executed).toEqual([1, 3, 5]);
});
