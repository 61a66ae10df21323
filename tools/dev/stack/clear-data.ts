// Clears a data folder with everything that belongs to it; refuses while a run uses it.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { claim, type DataFolder } from './data-folder.ts';
import { dataElsewhere } from './embedded/postgres-home.ts';

/** Says whether there was anything to clear. Throws StackError naming the run that lives in the folder. */
export async function clearData(folder: DataFolder, say: (line: string) => void = () => undefined): Promise<boolean> {
  if (!existsSync(folder.root)) return false;
  // Claiming refuses a living run, and ends what a killed one left behind.
  const release = await claim(folder, say);
  if (process.env['OMS_STACK'] === 'containers') {
    const { clearVolumes } = await import('./containers/docker.ts');
    const { containerParts } = await import('./containers/containers.ts');
    await clearVolumes(folder, containerParts);
  }
  release();
  rmSync(dataElsewhere(join(folder.root, 'postgres')), { recursive: true, force: true });
  rmSync(folder.root, { recursive: true, force: true });
  return true;
}
