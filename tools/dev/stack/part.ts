// A part of the stack, or a service, that is one process of ours: it can be stopped, killed, frozen, and started again.

import type { Child } from './child.ts';
import type { Part } from './stack.ts';
import { supervise, type Supervisor } from './supervise.ts';

/** After these a process is gone. */
export const endingSignals: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>([
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
]);

/** If given, a part that ends without being asked is started again, and each end and start is reported in one line. */
export type OnDeath = ((line: string) => void) | undefined;

/** `launch` resolves when the new process answers. `start` on a living part changes nothing. */
export async function createPart({
  name,
  launch,
  logFile,
  onDeath,
}: {
  /** As people read it: "Kafka". */
  name: string;
  launch: () => Promise<Child>;
  logFile: string;
  onDeath: OnDeath;
}): Promise<Part> {
  let child = await launch();
  let supervisor: Supervisor | undefined;
  const keepRunning = () => {
    if (!onDeath) return;
    const onStart = (started: Child) => void (child = started);
    supervisor = supervise({ name, first: child, launch, logFile, onStart, report: onDeath });
  };
  keepRunning();
  return {
    get pid() {
      return child.pid;
    },
    stop() {
      supervisor?.end();
      return child.stop();
    },
    async kill(signal) {
      child.kill(signal);
      // A stopped process takes no ending signal but SIGKILL until it continues.
      if (endingSignals.has(signal)) {
        child.kill('SIGCONT');
        await child.ended;
      }
    },
    async start() {
      if (child.alive()) return;
      supervisor?.end();
      child = await launch();
      keepRunning();
    },
  };
}
