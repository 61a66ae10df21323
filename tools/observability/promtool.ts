// Prometheus' own programs, if the machine has them: Debian's package `prometheus` has both. A run without them reports that.

import { run } from '../dev/command/run.ts';

/** The program's name. Throws Error that says what is missing. */
export async function prometheusProgram(name: 'promtool' | 'prometheus'): Promise<string> {
  if ((await run(name, ['--version'])).code === 0) return name;
  throw new Error(`there is no ${name} on PATH (Debian: apt-get install --no-install-recommends prometheus)`);
}
