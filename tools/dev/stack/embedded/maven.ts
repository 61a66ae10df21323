// Downloads jars with Maven into a folder: once, and completely or not at all.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { wholeFolder } from '../../command/whole-folder.ts';
import { startChild, untilDone } from '../child.ts';
import type { DataFolder } from '../data-folder.ts';
import { StackError } from '../failure.ts';
import { onPath } from './java.ts';
import { javaLocale } from './java-paths.ts';

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
export async function fetchByMaven(options: Fetch): Promise<void> {
  if (existsSync(options.home)) return;
  const maven = onPath('mvn');
  if (!maven)
    throw new StackError(
      `Maven (mvn) was not found on PATH; it fetches the jars of ${options.what}, once.\n` +
        `Install it (Debian: apt-get install maven; macOS: brew install maven)${options.wayOut ?? ''}`,
    );
  options.say(`fetching the jars of ${options.what}, once`);
  await wholeFolder(options.home, (draft) => fetchInto(draft, maven, options));
}

async function fetchInto(draft: string, maven: string, options: Fetch): Promise<void> {
  const properties = Object.entries({ jars: draft, ...options.properties });
  const child = startChild({
    name: 'maven',
    command: maven,
    env: { ...process.env, ...javaLocale },
    args: [
      '--batch-mode',
      '--file',
      options.pom,
      'validate',
      ...properties.map(([name, value]) => `-D${name}=${value}`),
    ],
    logFile: join(options.folder.logs, 'maven.log'),
    runDir: options.folder.run,
  });
  await untilDone(child, () => options.say(`${fetched(child.output(4_000_000))} of about ${options.aboutMb}`));
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
