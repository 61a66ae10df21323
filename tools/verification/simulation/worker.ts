// One thread of many runs: takes a seed, gives back its verdict, until there are no more.

import { parentPort, workerData } from 'node:worker_threads';
import { openGround } from './ground.ts';
import { simulate } from './simulate.ts';

const port = parentPort;
if (!port) throw new Error('This is the inside of a worker thread; run tools/verification/simulation/main.ts.');

const ground = await openGround(workerData as { socketDir: string });
let last = Promise.resolve();
port.on('message', (seed: number) => {
  // Never two at once: a run has the thread's globals to itself.
  last = last.then(async () => port.postMessage(await simulate(seed, ground)));
});
port.postMessage('ready');
