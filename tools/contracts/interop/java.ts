// The Java programs: Maven downloads their jars, and they are compiled with the Java that the stack uses.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { DataFolder } from '../../dev/stack/data-folder.ts';
import { findJava, onPath } from '../../dev/stack/embedded/java.ts';
import { fetchByMaven } from '../../dev/stack/embedded/maven.ts';
import { cachedBy } from './cache.ts';
import { MissingToolError, toolOf } from './missing.ts';
import { programOf, type Program } from './program.ts';

export type JavaPrograms = { readTopics: Program; placeOrder: Program; comparePairs: Program };

const home = join(import.meta.dirname, 'java');
const compiler = 'org.eclipse.jdt.internal.compiler.batch.Main';
// Two seconds of work: what counts is to be up soon.
const flags = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xmx256m',
  '-Dfile.encoding=UTF-8',
  '-Dstdout.encoding=UTF-8',
];

/** Throws MissingToolError when there is no Java or no Maven, and Error when one of them fails. */
export async function prepareJava(folder: DataFolder): Promise<JavaPrograms> {
  const java = toolOf(findJava);
  const pom = join(home, 'pom.xml');
  const jars = cachedBy('java', pom);
  if (!existsSync(jars) && !onPath('mvn'))
    throw new MissingToolError('Maven (mvn), which fetches its jars, was not found on PATH');
  await fetchByMaven({
    home: jars,
    pom,
    folder,
    what: 'the Java programs that read our topics',
    aboutMb: 40,
    say: (note) => console.log(`  ${note}`),
  });
  const classes = join(folder.root, 'classes');
  const files = (dir: string, ending: string) =>
    readdirSync(dir)
      .filter((name) => name.endsWith(ending))
      .map((name) => join(dir, name));
  // By a compiler from a jar: a JRE, which the stack does with, has none of its own.
  await promisify(execFile)(java.command, [
    ...[...flags, '-cp', join(jars, '*'), compiler, '-17', '-encoding', 'UTF-8', '-d', classes],
    ...['-cp', files(jars, '.jar').join(delimiter), ...files(home, '.java')],
  ]);
  const program = (name: string) =>
    programOf(java.command, [...flags, '-cp', [join(jars, '*'), classes].join(delimiter), name]);
  return {
    readTopics: program('ReadTopics'),
    placeOrder: program('PlaceOrder'),
    comparePairs: program('ComparePairs'),
  };
}
