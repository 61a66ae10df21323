// A named place where a process can be made to die as by kill -9, so that what must hold after any crash can be tried at each of them.
//
// FAILPOINT=relay.after_ack:3 ends the process the third time it comes by there. Not set, a call costs one comparison; in the
// bundles that ship absent.ts stands here instead, and the calls are not in them at all.

import { writeSync } from 'node:fs';
import { failpoints, type Failpoint } from './catalogue.ts';

type OnPassing = (name: Failpoint) => void;

let onPassing = killerFor(process.env['FAILPOINT']);

/** Does nothing, unless this place was named: then the process is killed here. Its sockets are cut, and nothing more is written. */
export function failpoint(name: Failpoint): void {
  if (onPassing !== undefined) onPassing(name);
}

/** The same a moment later, in the next turn of the event loop: what was just written to a socket is sent by then. */
export function failpointSoon(name: Failpoint): void {
  if (onPassing !== undefined) setImmediate(() => failpoint(name));
}

/** For a simulation, which has its own way to let a process die; answers how to undo it. */
export function onFailpoint(handler: OnPassing): () => void {
  const before = onPassing;
  onPassing = handler;
  return () => {
    onPassing = before;
  };
}

/** @throws Error when `setting` is no `<name>:<n>` with a name of the catalogue: a fault that never comes would prove nothing */
export function readSetting(setting: string): { name: Failpoint; passes: number } {
  const [name = '', count = '1', ...rest] = setting.split(':');
  if (!(name in failpoints) || !/^[1-9]\d{0,8}$/.test(count) || rest.length > 0) {
    throw new Error(
      `FAILPOINT=${setting} is not understood: give <name> or <name>:<n>, the n-th time to die at, with a name of libs/failpoint/src/catalogue.ts.`,
    );
  }
  return { name: name as Failpoint, passes: Number(count) };
}

function killerFor(setting: string | undefined): OnPassing | undefined {
  if (setting === undefined || setting === '') return undefined;
  const { name: fatal, passes } = readSetting(setting);
  let left = passes;
  return (name) => {
    if (name !== fatal || (left -= 1) > 0) return;
    writeSync(2, `failpoint ${fatal}: this process ends here\n`);
    process.kill(process.pid, 'SIGKILL');
    // The signal comes with the next return from the kernel; until then nothing more may happen.
    for (;;);
  };
}
