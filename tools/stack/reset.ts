// `npm run reset`: clears the data folder, so that the next start begins anew; refuses while a run lives in it.

import { existsSync, lstatSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { claim, dataFolder, developmentData } from './data-folder.ts';
import { failureText } from './failure.ts';

const folder = dataFolder(developmentData());
try {
  if (existsSync(folder.root)) {
    // Claiming refuses a living run, and ends what a killed one left behind.
    const release = await claim(folder, (line) => console.log(line));
    if (process.env['OMS_STACK'] === 'containers') {
      const { clearVolumes } = await import('./containers/docker.ts');
      const { containerParts } = await import('./containers/containers.ts');
      await clearVolumes(folder, containerParts);
    }
    release();
    const postgres = join(folder.root, 'postgres');
    if (lstatSync(postgres, { throwIfNoEntry: false })?.isSymbolicLink())
      rmSync(realpathSync(postgres), { recursive: true, force: true });
    rmSync(folder.root, { recursive: true, force: true });
    console.log(`Cleared ${folder.root}. The next \`npm start\` begins anew.`);
  } else console.log(`${folder.root} is empty already.`);
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
