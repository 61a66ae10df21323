// Fills a folder under another name and then renames it: it is complete or does not exist, however this run ends.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** `fill` gets the folder's name for now; it is not made yet. Two that fill it at once leave one of both. */
export async function wholeFolder(home: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${home}.${process.pid}.draft`;
  mkdirSync(dirname(home), { recursive: true });
  try {
    await fill(draft);
    if (!existsSync(home)) renameSync(draft, home);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
