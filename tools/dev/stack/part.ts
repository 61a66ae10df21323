// A part of the stack that is one process of ours: it can be stopped, killed, frozen, and started again.

import type { Child } from './child.ts';
import type { Part } from './stack.ts';

/** After these a process is gone. */
export const endingSignals: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>([
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
]);

/** `launch` resolves when the new process answers. `start` on a living part changes nothing. */
export async function createPart(launch: () => Promise<Child>): Promise<Part> {
  let child = await launch();
  return {
    get pid() {
      return child.pid;
    },
    stop: () => child.stop(),
    async kill(signal) {
      child.kill(signal);
      // A stopped process takes no ending signal but SIGKILL until it goes on.
      if (endingSignals.has(signal)) {
        child.kill('SIGCONT');
        await child.ended;
      }
    },
    async start() {
      if (!child.alive()) child = await launch();
    },
  };
}
