// `npm run race`: N attempts at once on M units, on a whole system of its own. Exactly M units are sold, and afterwards all invariants hold.
import { Command, Option } from 'commander';
import { describeViolations } from '../invariants/violation.ts';
import { checkWholeSystem } from '../invariants/whole-system.ts';
import { startReceivers } from '../harness/receivers.ts';
import { anySeed } from '../../dev/client/seed.ts';
import { wholeNumber } from '../../dev/command/numbers.ts';
import { failureText } from '../../dev/stack/failure.ts';
import { startWholeSystem } from '../journey/whole-system.ts';
import { runRace, type Race, type Result } from './race.ts';

type EntryPoint = 'order' | 'gateway';
type Options = Omit<Race, 'isMixed'> & { entry: EntryPoint; door?: EntryPoint; mixed: boolean };

const customersCount = 64;
const printEveryMs = 5_000;
/** Ten thousand orders are ten thousand mails. */
const restMsMax = 300_000;

const {
  entry: entryOption,
  door,
  mixed,
  ...race
} = new Command()
  .name('npm run race --')
  .description('Many attempts on few units: exactly the units there are must be sold.')
  .option('--attempts <number>', 'orders that are tried', wholeNumber, 2_000)
  .option('--units <number>', 'units that there are', wholeNumber, 200)
  .option('--items <number>', 'items that the units are of', wholeNumber, 1)
  .option('--clients <number>', 'attempts at once', wholeNumber, 256)
  .option('--mixed', 'orders of several items, 1 to 3 units each; otherwise one unit each', false)
  .addOption(new Option('--entry <service>', 'whom the customers ask').choices(['order', 'gateway']).default('order'))
  .addOption(new Option('--door <service>', 'the former name of --entry').choices(['order', 'gateway']).hideHelp())
  .option('--seed <number>', 'what they want; printed, so that a race can be repeated', wholeNumber, anySeed())
  .parse()
  .opts<Options>();
if (door) console.warn('--door is deprecated and goes with the next release: use --entry.');
const entry = door ?? entryOption;

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}

async function main(): Promise<boolean> {
  const receivers = await startReceivers();
  const { smtpUrl, slackUrl, webhookUrl, accepted: provided } = receivers;
  const env = { SMTP_URL: smtpUrl, SLACK_WEBHOOK_URL: slackUrl, WEBHOOK_URL: webhookUrl };
  const whole = await startWholeSystem('race', { env });
  try {
    const staff = await whole.as('staff');
    const customers = await Promise.all(Array.from({ length: customersCount }, () => whole.as('customer')));
    console.log(
      `seed ${race.seed}: ${race.attempts} attempts, ${race.clients} at once, on ${race.units} units at ${entry}`,
    );
    const origin = whole.system.urls[entry];
    const progress = createProgressLine(race.attempts);
    const result = await runRace({ origin, staff, customers, race: { ...race, isMixed: mixed }, progress });
    const { accepted } = result;
    const { violations, counts } = await checkWholeSystem(whole.stack, { accepted, provided, restMsMax });
    printResult(result, `${violations.length} violations in ${counts.messages} messages and all tables`);
    if (result.violations.length > 0) console.log(result.violations.map((what) => `  ${what}`).join('\n'));
    if (violations.length > 0) console.log(describeViolations(violations));
    return result.violations.length + violations.length === 0;
  } finally {
    await whole.stop();
    await receivers.stop();
  }
}

function printResult(result: Result, invariants: string): void {
  const rows: [string, string | number][] = [
    ['attempts', race.attempts],
    ['units there were', race.units],
    ['units sold', result.units],
    ['orders accepted', result.accepted.size],
    ['refused for want of stock', result.refused],
    ['retried with the same key', result.retries],
    ['seconds', result.seconds.toFixed(1)],
    ['attempts a second', Math.round(race.attempts / result.seconds)],
    ["the driver's memory, MB", Math.round(process.memoryUsage().rss / 2 ** 20)],
    ['wrong answers', result.violations.length],
    ['invariants', invariants],
  ];
  for (const [what, figure] of rows) console.log(`  ${what.padEnd(30)} ${figure}`);
}

function createProgressLine(all: number): (done: number) => void {
  const startedAtMs = performance.now();
  let printedAtMs = startedAtMs;
  return (done) => {
    const nowMs = performance.now();
    if (nowMs - printedAtMs < printEveryMs) return;
    printedAtMs = nowMs;
    const rate = Math.round((done / (nowMs - startedAtMs)) * 1_000);
    process.stderr.write(`  ${done} of ${all} (${Math.round((done / all) * 100)} %), ${rate} a second\n`);
  };
}
