// What a group commit adds to a single command: the same commit, called directly and through an idle queue, in turn.
import { createGroupCommit } from '@oms/group-commit';
import { createMetrics } from '@oms/service-kit';
import { spreadOf, describeSpread } from './ratios.ts';

const calls = 20_000;
const rounds = 5;

/** Prints the median of both in microseconds, and what the queue adds. */
export async function measureLightLoad(): Promise<void> {
  const commit = async (commands: readonly number[]) => {
    await Promise.resolve();
    return commands.map(() => ({ value: undefined }));
  };
  const metrics = createMetrics('bench');
  const group = createGroupCommit<number, undefined>({ name: 'idle', commit, callerOf: () => 'one', metrics });
  const direct: number[] = [];
  const queued: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const times = { direct: [] as number[], queued: [] as number[] };
    for (let call = 0; call < calls; call += 1) {
      times.direct.push(await microsecondsOf(() => commit([call])));
      times.queued.push(await microsecondsOf(() => group.submit(call)));
    }
    direct.push(spreadOf(times.direct).median);
    queued.push(spreadOf(times.queued).median);
  }
  await group.stop();
  const added = queued.map((micros, i) => micros - (direct[i] ?? 0));
  console.log(`a commit called directly         ${describeSpread(spreadOf(direct))} microseconds`);
  console.log(`the same through an idle queue   ${describeSpread(spreadOf(queued))}`);
  console.log(`added, metrics included          ${describeSpread(spreadOf(added))}`);
  console.log(`medians of ${calls} calls; median and range of ${rounds} rounds`);
}

async function microsecondsOf(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return (performance.now() - since) * 1_000;
}
