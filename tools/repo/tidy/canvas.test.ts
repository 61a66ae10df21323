// A service's README is its canvas, and the code must agree with it: settings, messages out, topics in, tables.
import { describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { topics } from '@oms/contracts';
import { codeOf, messagesIn } from '../../contracts/asyncapi/services.ts';
import { root } from '../../database/migrate/databases.ts';
import { settingsOf } from '../configuration/settings.ts';
import { has, namesUnder, read, services } from './repository.ts';

describe('a canvas agrees with the code', () => {
  const sections = ['Commands', 'Queries', 'Publishes', 'Subscribes', 'Tables', 'Environment'];

  test.each(services)('%s', async (service) => {
    const page = `apps/${service}/README.md`;
    expect([...read(page).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(sections);
    const settings = (await settingsOf(service)).map(({ name }) => name);
    expect(namesUnder(page, 'Environment').toSorted(), 'Environment').toEqual(settings.toSorted());
    const { publishes, subscribes } = messagesIn(service, codeOf(join(root, 'apps', service)));
    expect(namesUnder(page, 'Publishes').toSorted(), 'Publishes').toEqual(publishes.toSorted());
    expect(namesUnder(page, 'Subscribes').toSorted(), 'Subscribes').toEqual(subscribes.toSorted());
    const recover = `apps/${service}/src/recover.ts`;
    // It replays what the service consumes, and may publish what the service publishes.
    if (has(recover))
      expect(messagesIn(service, codeOf(join(root, 'apps', service), 'recover.ts')), recover).toMatchObject({
        publishes,
        subscribes,
      });
    const planned = Object.entries(topics).filter(([, { readBy }]) => readBy.includes(service));
    expect(planned.map(([topic]) => topic).toSorted(), 'readBy in topics.ts').toEqual(subscribes.toSorted());
    if (has(`apps/${service}/prisma/schema.prisma`)) {
      const tables = [...read(`apps/${service}/prisma/schema.prisma`).matchAll(/@@map\("([^"]+)"\)/g)].map(
        ([, table]) => table,
      );
      expect(
        namesUnder(page, 'Tables')
          .filter((table) => !table.startsWith('messaging.'))
          .toSorted(),
        'Tables',
      ).toEqual(tables.toSorted());
    }
  });
});
