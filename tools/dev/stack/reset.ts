// `npm run reset`: clears the data folder, so that the next start begins with no data; refuses while a run uses it.

import { clearData } from './clear-data.ts';
import { dataFolder, developmentData } from './data-folder.ts';
import { failureText } from './failure.ts';

const folder = dataFolder(developmentData());
try {
  const cleared = await clearData(folder, (line) => console.log(line));
  console.log(
    cleared ? `Cleared ${folder.root}. The next \`npm start\` begins again.` : `${folder.root} is empty already.`,
  );
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
