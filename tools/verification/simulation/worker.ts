// One thread of many runs: takes a seed, answers its result, until there are no more.

import { parentPort, workerData } from 'node:worker_threads';
import { openEnvironment } from './environment.ts';
import { simulate } from './simulate.ts';

const port = parentPort;
if (!port) throw new Error('This is the inside of a worker thread; run tools/verification/simulation/main.ts.');

const { socketDir, wholeTrace } = workerData as { socketDir: string; wholeTrace: boolean };
const environment = await openEnvironment({ socketDir });
let last = Promise.resolve();
port.on('message', (seed: number) => {
  // Never two at once: a run has the thread's globals to itself.
  last = last.then(async () => port.postMessage(await simulate(seed, environment, wholeTrace)));
});
port.postMessage('ready');
