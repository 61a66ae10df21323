// What each service publishes and subscribes to: read from the lists in its code, so that they are written once.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topicOf, topics, type EventType, type Topic } from '@oms/contracts';
import { root } from '../../database/migrate/databases.ts';

export type ServiceMessages = { service: string; publishes: EventType[]; subscribes: Topic[] };

/** Every service that has an app.ts, in the order of the alphabet. Throws Error as `messagesIn` does. */
export function readServices(folder: string = join(root, 'apps')): ServiceMessages[] {
  return readdirSync(folder)
    .filter((service) => existsSync(join(folder, service, 'src/app.ts')))
    .map((service) => messagesIn(service, codeOf(join(folder, service))));
}

/** The text of an app's files that list its messages, beginning with `program`. */
export function codeOf(app: string, program = 'app.ts'): string {
  return [program, 'domain/messages.ts']
    .map((file) => join(app, 'src', file))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

/**
 * The list `publishes`, a constant of domain/messages.ts or an option of the codec, and the consumers' `topics: [...]`.
 * Throws Error when one is anything but a list of plain texts, or names what the contracts do not have.
 */
export function messagesIn(service: string, text: string): ServiceMessages {
  const code = text.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
  return {
    service,
    publishes: listed(service, code, 'publishes', Object.keys(topicOf) as EventType[]),
    subscribes: listed(service, code, 'topics', Object.keys(topics) as Topic[]),
  };
}

function listed<T extends string>(service: string, code: string, key: string, known: readonly T[]): T[] {
  const place = `"${key}" in apps/${service}/src/`;
  const lists = [...code.matchAll(new RegExp(`\\b${key}(?::|\\s=)\\s*(\\[[^\\]]*\\]|[^\\s,]+)`, 'g'))].map(
    ([, list = '']) => list,
  );
  const names = lists.flatMap((list) => {
    if (!/^\[(\s*'[^']+'\s*(,|(?=\])))*\s*\]$/.test(list)) {
      throw new Error(
        `Cannot read ${place}: ${list} is not a list of texts. Write it as one; documents are made from it.`,
      );
    }
    return [...list.matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
  });
  const unknown = names.filter((name) => !known.some((one) => one === name));
  if (unknown.length > 0) throw new Error(`Cannot take ${place}: the contracts have no ${unknown.join(', ')}.`);
  return known.filter((one) => names.includes(one));
}
