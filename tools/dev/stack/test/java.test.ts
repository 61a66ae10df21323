// Which Java is used, and the message when there is none.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findJava } from '../embedded/java.ts';

let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'oms-java-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test('JAVA_HOME comes first', () => {
  const home = jdk('mine', '21.0.9');
  jdk('jvm/temurin-25', '25');

  expect(findJava({ JAVA_HOME: home }, [join(place, 'jvm')])).toEqual({ command: join(home, 'bin/java'), major: 21 });
});

test('a newer Java is taken before one that only the older registry runs on', () => {
  const old = jdk('mine', '17.0.15');
  jdk('jvm/temurin-25', '25');

  expect(findJava({ JAVA_HOME: old, PATH: '' }, [join(place, 'jvm')]).major).toBe(25);
});

test('Java 17 will do', () => {
  const home = jdk('path', '17.0.15');

  expect(findJava({ PATH: join(home, 'bin') }, [])).toMatchObject({ major: 17 });
});

test('a Java that is too old is named, with the remedy', () => {
  jdk('jvm/java-8', '1.8.0_412');

  expect(() => findJava({ PATH: '' }, [join(place, 'jvm')])).toThrow(
    /needs Java 17 or newer, and there is only Java 8 at [^]*apt-get install openjdk-17[^]*OMS_STACK=containers/,
  );
});

test('a missing Java is reported', () => {
  expect(() => findJava({}, [])).toThrow(/no Java was found/);
});

function jdk(name: string, version: string): string {
  const home = join(place, name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  writeFileSync(join(home, 'bin/java'), '');
  writeFileSync(join(home, 'release'), `JAVA_VERSION="${version}"\n`);
  return home;
}
