// `npm run simulate`: the whole system in one process; a seed decides everything, and repeats any failure.

import { parseArgs } from 'node:util';
import { createSum, describeFailure, describeSum } from './report.ts';
import { runSeeds } from './seeds.ts';

const usage = `npm run simulate -- --seeds 200 [--from 1]    runs that many seeds, on all cores
npm run simulate -- --seed 42                 runs one
  --quiet    stops at the first seed with a violation, and prints nothing else
  --threads  how many at a time`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    threads: { type: 'string' },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
} else {
  process.exitCode = await run();
}

async function run(): Promise<number> {
  const one = values.seed === undefined ? null : whole('seed', values.seed);
  const from = whole('from', values.from);
  const count = whole('seeds', values.seeds ?? '200');
  const seeds = one === null ? Array.from({ length: count }, (_, at) => from + at) : [one];
  const sum = createSum();
  const startMs = Date.now();
  let reportedAtMs = startMs;
  await runSeeds({
    seeds,
    ...(values.threads !== undefined && { threads: whole('threads', values.threads) }),
    onResult(result) {
      sum.add(result);
      if (result.violations.length > 0)
        console.log(`\n${describeFailure(result, one !== null || sum.failed.length === 1)}`);
      if (!values.quiet && one === null && Date.now() - reportedAtMs > 5_000) {
        reportedAtMs = Date.now();
        const perSecond = (sum.totals.seeds / (reportedAtMs - startMs)) * 1_000;
        console.log(
          `${sum.totals.seeds} of ${seeds.length} seeds, ${perSecond.toFixed(1)} a second, ${sum.failed.length} failed`,
        );
      }
      if (one !== null)
        console.log(
          `\nseed ${one}: trace ${result.hash}, ${result.events} events in ${(result.virtualMs / 1_000).toFixed(1)} simulated seconds`,
        );
      return !(values.quiet && sum.failed.length > 0);
    },
  });
  if (!values.quiet) console.log(`\n${describeSum(sum, Date.now() - startMs)}`);
  const failed = sum.failed.map(({ seed }) => seed);
  if (failed.length > 0)
    console.log(`\nViolated by ${failed.length} of ${sum.totals.seeds} seeds: ${failed.slice(0, 20).join(', ')}`);
  else if (!values.quiet) console.log('\nNo invariant was violated.');
  return failed.length > 0 ? 1 : 0;
}

function whole(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  console.error(`--${name} ${text} is no whole number.\n\n${usage}`);
  return process.exit(2);
}
