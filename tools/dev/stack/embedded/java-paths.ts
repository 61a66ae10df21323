// Paths for Java: it reads the command line by the locale, its settings files in Latin-1, and no character beyond U+FFFF in a path.

import { StackError } from '../failure.ts';

/** For the environment of every Java process: paths on its command line are UTF-8. */
export const javaLocale = { LC_ALL: 'C.UTF-8' };

/** The text of a `.properties` file: everything but plain ASCII is escaped, as java.util.Properties reads Latin-1. */
export function propertiesText(settings: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${escape(String(value))}\n`)
    .join('');
}

function escape(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Throws StackError, naming the character and the remedy, when Java cannot open files in the folder of the project or of the data. */
export function refuseUnreadablePaths({ project, data }: { project: string; data: string }): void {
  for (const [path, wayOut] of [
    [project, 'Move the project to a folder whose path has no such character'],
    [data, 'Choose another folder for the data with OMS_DATA=/another/folder'],
  ] as const) {
    const character = /[\u{10000}-\u{10FFFF}]/u.exec(path)?.[0];
    if (character === undefined) continue;
    const code = character.codePointAt(0)?.toString(16).toUpperCase();
    throw new StackError(
      `Java, on which Kafka and the registry run, opens no file in a path with the character ${character} (U+${code}): ${path}\n` +
        `${wayOut}, or choose another stack: OMS_STACK=containers or OMS_STACK=external`,
    );
  }
}
