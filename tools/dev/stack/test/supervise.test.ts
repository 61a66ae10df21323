// A process that ends without being asked is reported with its reason and started again; one that is stopped is not.
import { expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { supervise, type Supervised } from '../supervise.ts';

type Fake = Supervised & { die(how: string, output?: string): void };

let pids = 0;
function fakeProcess(): Fake {
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  let written = '';
  let stopping = false;
  return {
    pid: (pids += 1),
    ended,
    isStopping: () => stopping,
    output: () => written,
    stop: () => {
      stopping = true;
      resolve('signal SIGTERM');
      return Promise.resolve();
    },
    die(how, output = '') {
      written = output;
      resolve(how);
    },
  };
}

function supervised() {
  const lines: string[] = [];
  const started: Fake[] = [];
  const first = fakeProcess();
  const supervisor = supervise({
    name: 'Kafka',
    first,
    launch: () => Promise.resolve(fakeProcess()),
    logFile: 'kafka.log',
    onStart: (process) => void started.push(process),
    report: (line) => void lines.push(line),
  });
  return { first, lines, started, supervisor };
}

test('its end is reported with a cause that is known, and it is started again', async () => {
  const { first, lines, started } = supervised();

  first.die('exit code 1', 'java.io.IOException: No space left on device');

  await until('it runs again', () => started.length === 1);
  expect(lines).toEqual([
    expect.stringMatching(
      /^Kafka ended \(exit code 1\): the disk is full\..* started again in 0.5 s. Its log: kafka.log$/,
    ),
    `Kafka is ready again (process ${started[0]!.pid})`,
  ]);
});

test('one that is stopped stays stopped, and nothing is reported', async () => {
  const { first, lines, started } = supervised();

  await first.stop();

  await first.ended;
  expect([lines, started]).toEqual([[], []]);
});

test('no start follows the end of the supervision', async () => {
  const { first, lines, started, supervisor } = supervised();

  supervisor.end();
  first.die('signal SIGKILL');

  await first.ended;
  expect([lines, started]).toEqual([[], []]);
});
