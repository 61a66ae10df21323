// What each service publishes and subscribes to: read from the lists in its app.ts, so that they are written once.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topicOf, topics, type EventType, type Topic } from '@oms/contracts';
import { root } from '../../database/migrate/databases.ts';

export type ServiceMessages = { service: string; publishes: EventType[]; subscribes: Topic[] };

/** Every service that has an app.ts, in the order of the alphabet. Throws Error as `messagesIn` does. */
export function readServices(folder: string = join(root, 'apps')): ServiceMessages[] {
  return readdirSync(folder)
    .map((service) => ({ service, app: join(folder, service, 'src/app.ts') }))
    .filter(({ app }) => existsSync(app))
    .map(({ service, app }) => messagesIn(service, readFileSync(app, 'utf8')));
}

/**
 * The codec's `publishes: [...]` and the consumers' `topics: [...]` of an app.ts.
 * Throws Error when one is anything but a list of plain texts, or names what the contracts do not have.
 */
export function messagesIn(service: string, app: string): ServiceMessages {
  return {
    service,
    publishes: listed(service, app, 'publishes', Object.keys(topicOf) as EventType[]),
    subscribes: listed(service, app, 'topics', Object.keys(topics) as Topic[]),
  };
}

function listed<T extends string>(service: string, app: string, key: string, known: readonly T[]): T[] {
  const place = `"${key}" in apps/${service}/src/app.ts`;
  const lists = [...app.matchAll(new RegExp(`\\b${key}:\\s*(\\[[^\\]]*\\]|[^\\s,]+)`, 'g'))].map(
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
