// Finds a Java for Kafka and the registry: JAVA_HOME, PATH, then the usual places of JDKs.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { StackError } from '../failure.ts';

export type Java = { command: string; major: number };

const oldestForKafka = 17;
/** The newest registry needs this one; on an older Java an older registry runs. */
export const oldestForNewRegistry = 21;

const jvmFolders = [
  '/usr/lib/jvm',
  '/Library/Java/JavaVirtualMachines',
  '/opt/java',
  '/opt/homebrew/opt',
  '/usr/local/opt',
];

/** The first Java of 21 or newer, else the first of 17 or newer. Throws StackError when there is none. */
export function findJava(env: NodeJS.ProcessEnv = process.env, folders: readonly string[] = jvmFolders): Java {
  const found = commands(env, folders).flatMap((command) => {
    const major = majorOf(command);
    return major === null ? [] : [{ command, major }];
  });
  const java =
    found.find(({ major }) => major >= oldestForNewRegistry) ?? found.find(({ major }) => major >= oldestForKafka);
  if (java) return java;
  const seen = found.map(({ command, major }) => `Java ${major} at ${command}`).join(', ');
  throw new StackError(
    `Kafka needs Java ${oldestForKafka} or newer, and ${seen ? `there is only ${seen}` : 'no Java was found (looked at JAVA_HOME, PATH and the usual folders)'}.\n` +
      'Install one (Debian: apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk maven), ' +
      'or choose another stack: OMS_STACK=containers or OMS_STACK=external',
  );
}

/** The full path of a program on PATH, or null. */
export function onPath(program: string, env: NodeJS.ProcessEnv = process.env): string | null {
  const candidates = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return candidates.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

function commands(env: NodeJS.ProcessEnv, folders: readonly string[]): string[] {
  const homes = [
    ...(env['JAVA_HOME'] ? [env['JAVA_HOME']] : []),
    ...folders.filter((folder) => existsSync(folder)).flatMap(inside),
  ];
  const fromHomes = homes.flatMap((home) => [join(home, 'bin/java'), join(home, 'Contents/Home/bin/java')]);
  const first = env['JAVA_HOME'] ? fromHomes.splice(0, 2) : [];
  const path = onPath('java', env);
  return [...first, ...(path ? [path] : []), ...fromHomes].filter((command) => existsSync(command));
}

function inside(folder: string): string[] {
  return readdirSync(folder)
    .toSorted()
    .reverse()
    .map((name) => join(folder, name));
}

/** From the `release` file beside it, which costs nothing; else by asking it. */
function majorOf(command: string): number | null {
  const release = join(dirname(dirname(realpathSync(command))), 'release');
  const text = existsSync(release) ? readFileSync(release, 'utf8') : ask(command);
  const version = /(?:JAVA_VERSION=|version )"(?:1\.)?(\d+)/.exec(text)?.[1];
  return version === undefined ? null : Number(version);
}

function ask(command: string): string {
  try {
    return execFileSync('sh', ['-c', '"$0" -version 2>&1', command], { encoding: 'utf8', timeout: 10_000 });
  } catch {
    return '';
  }
}
