// Kafka's and the registry's jars, fetched once by Maven into the project's .cache folder.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, untilDone } from '../child.ts';
import type { DataFolder } from '../data-folder.ts';
import { StackError } from '../failure.ts';
import { oldestForNewRegistry, onPath, type Java } from './java.ts';

/** Folders of jars. */
export type Jars = { kafka: string; registry: string };

const cacheFolder = join(import.meta.dirname, '../../../.cache/jars');
const kafkaVersion = '4.4.0';

/** Resolves at once when they are there. Throws StackError when Maven is missing or fails. */
export async function fetchJars(java: Java, folder: DataFolder, say: (note: string) => void): Promise<Jars> {
  const versions = versionsFor(java);
  const home = join(cacheFolder, `kafka-${kafkaVersion}-registry-${versions.registry}`);
  if (!existsSync(home)) await fetchInto(home, versions, folder, say);
  return { kafka: join(home, 'kafka'), registry: join(home, 'registry') };
}

/** The older registry's description is read by the older plugin only: it lacks its parent in the repository. */
function versionsFor(java: Java): { registry: string; plugin: string } {
  return java.major >= oldestForNewRegistry
    ? { registry: '3.3.3', plugin: '3.8.1' }
    : { registry: '3.0.9', plugin: '2.10' };
}

async function fetchInto(
  home: string,
  versions: { registry: string; plugin: string },
  folder: DataFolder,
  say: (note: string) => void,
): Promise<void> {
  const maven = onPath('mvn');
  if (!maven)
    throw new StackError(
      'Maven (mvn) was not found on PATH; it fetches the jars of Kafka and the registry, once.\n' +
        'Install it (Debian: apt-get install maven; macOS: brew install maven), or choose another stack: OMS_STACK=containers or OMS_STACK=external',
    );
  // Fetched beside its place and renamed: the jars are there whole or not at all, however this run ends.
  const draft = `${home}.${process.pid}.draft`;
  mkdirSync(cacheFolder, { recursive: true });
  say('fetching the jars of Kafka and the registry, once');
  const child = startChild({
    name: 'maven',
    command: maven,
    args: [
      ...['--batch-mode', '--file', join(import.meta.dirname, 'jars/pom.xml'), 'validate'],
      ...[`-Djars=${draft}`, `-Dkafka.version=${kafkaVersion}`],
      ...[`-Dregistry.version=${versions.registry}`, `-Dplugin.version=${versions.plugin}`],
    ],
    logFile: join(folder.logs, 'maven.log'),
    runDir: folder.run,
  });
  try {
    await untilDone(child, () => say(fetched(child.output(4_000_000))));
    if (!existsSync(home)) renameSync(draft, home);
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
  return `fetched ${sizes.length} files, ${(bytes / 1e6).toFixed(0)} MB of about 200`;
}
