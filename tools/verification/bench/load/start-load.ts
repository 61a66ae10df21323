// One burst of orders from a process of its own, so that it does not share an event loop with the rest.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Load, LoadOptions } from './orders.ts';

type Answer = { load: Load } | { failure: string };

/** @throws Error when the connection breaks, or the burst takes 30 s longer than planned */
export function placeOrders(options: LoadOptions): Promise<Load> {
  const child = fork(join(import.meta.dirname, 'main.ts'), { execArgv: [] });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.warmUpMs + options.countedMs + 30_000);
  return new Promise<Load>((resolve, reject) => {
    child.once('message', (answer: Answer) => {
      if ('load' in answer) resolve(answer.load);
      else reject(new Error(`The load failed: ${answer.failure}`));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`The load ended early (${signal ?? `exit code ${code}`}).`)));
    child.send(options);
  }).finally(() => clearTimeout(timer));
}
