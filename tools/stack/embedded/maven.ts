// Fetches jars by Maven into a folder: once, and whole or not at all.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startChild, untilDone } from '../child.ts';
import type { DataFolder } from '../data-folder.ts';
import { StackError } from '../failure.ts';
import { onPath } from './java.ts';

export type Fetch = {
  /** The folder to fill. */
  home: string;
  /** A description for Maven whose phase `validate` fills the folder named by the property `jars`. */
  pom: string;
  /** For the pom, beside `jars`. */
  properties?: Readonly<Record<string, string>>;
  /** What the jars are for, and their size: "Kafka and the registry". */
  what: string;
  aboutMb: number;
  /** Beside installing Maven, where it is missing: ", or ...". */
  wayOut?: string;
  /** Where logs and process ids go. */
  folder: DataFolder;
  say: (note: string) => void;
};

/** Resolves at once when `home` is there. Throws StackError when Maven is missing or fails. */
export async function fetchByMaven(o: Fetch): Promise<void> {
  if (existsSync(o.home)) return;
  const maven = onPath('mvn');
  if (!maven)
    throw new StackError(
      `Maven (mvn) was not found on PATH; it fetches the jars of ${o.what}, once.\n` +
        `Install it (Debian: apt-get install maven; macOS: brew install maven)${o.wayOut ?? ''}`,
    );
  // Fetched beside its place and renamed: the jars are there whole or not at all, however this run ends.
  const draft = `${o.home}.${process.pid}.draft`;
  mkdirSync(dirname(o.home), { recursive: true });
  o.say(`fetching the jars of ${o.what}, once`);
  const properties = Object.entries({ jars: draft, ...o.properties });
  const child = startChild({
    name: 'maven',
    command: maven,
    args: ['--batch-mode', '--file', o.pom, 'validate', ...properties.map(([name, value]) => `-D${name}=${value}`)],
    logFile: join(o.folder.logs, 'maven.log'),
    runDir: o.folder.run,
  });
  try {
    await untilDone(child, () => o.say(`${fetched(child.output(4_000_000))} of about ${o.aboutMb}`));
    if (!existsSync(o.home)) renameSync(draft, o.home);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Maven tells each file with its size: "Downloaded from central: https://... (1.2 MB at 3.4 MB/s)". */
function fetched(log: string): string {
  const sizes = [...log.matchAll(/Downloaded from .* \(([\d.]+) (B|kB|MB) at/g)];
  const bytes = sizes.reduce(
    (sum, [, size, unit]) => sum + Number(size) * (unit === 'MB' ? 1e6 : unit === 'kB' ? 1e3 : 1),
    0,
  );
  return `fetched ${sizes.length} files, ${(bytes / 1e6).toFixed(0)} MB`;
}
