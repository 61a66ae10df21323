// One burst of orders from a process of its own, so that neither takes the other's turn on the event loop.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Load, LoadOptions } from './orders.ts';

type Answer = { load: Load } | { failure: string };

/** @throws Error when the door breaks off, or the burst is not over in its time and 30 s */
export function placeOrders(o: LoadOptions): Promise<Load> {
  const child = fork(join(import.meta.dirname, 'main.ts'), { execArgv: [] });
  const timer = setTimeout(() => child.kill('SIGKILL'), o.warmUpMs + o.countedMs + 30_000);
  return new Promise<Load>((resolve, reject) => {
    child.once('message', (answer: Answer) => {
      if ('load' in answer) resolve(answer.load);
      else reject(new Error(`The load broke off: ${answer.failure}`));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`The load ended early (${signal ?? `exit code ${code}`}).`)));
    child.send(o);
  }).finally(() => clearTimeout(timer));
}
