// The files of a new service and its entries in the lists, as texts. That they work together is in service.programs.test.ts.
import { beforeAll, describe, expect, test } from 'vitest';
import { planOf, services } from '../../../dev/stack/services.ts';
import { lists } from '../lists.ts';
import { generateService } from '../service.ts';
import { newcomer, treeForService } from './new-service.ts';
import { textIn } from './repository-copy.ts';

describe('a new service', () => {
  const tree = treeForService();
  beforeAll(async () => void (await generateService(tree, newcomer)), 60_000);

  test('has every folder that it needs, and nothing unfinished', () => {
    const folders = ['src', 'src/http', 'src/consumers', 'src/domain', 'src/store', 'prisma', 'test'];
    for (const folder of folders) expect(tree.children(`apps/newcomer/${folder}`), folder).not.toEqual([]);
    expect(tree.children('apps/newcomer/src')).toEqual(expect.arrayContaining(['main.ts', 'app.ts', 'config.ts']));
    const texts = tree.listChanges().filter(({ path }) => path.startsWith('apps/newcomer/'));
    for (const { path, content } of texts) expect(`${path}\n${content?.toString()}`).not.toMatch(/<%|__|\.template/);
  });

  test('has a port that no other service has', () => {
    const [, port] = /newcomer: \{ port: (\d+), /.exec(textIn(tree, 'tools/dev/stack/services.ts')) ?? [];
    const taken = [...services.map((service) => planOf(service).port), 3005];
    expect(taken).not.toContain(Number(port));
    expect(Number(port)).toBeGreaterThan(3000);
  });

  test.each([
    ['libs/contracts/src/topics.ts', /'order-events': \{[^}]*readBy: \[[^\]]*'newcomer'\]/],
    ['apps/gateway/src/http/routes.ts', /newcomer: \['\/v1\/newcomer'\]/],
    ['apps/gateway/src/config.ts', /NEWCOMER_URL: address\('newcomer'\)/],
    ['apps/gateway/src/config.ts', /NEWCOMER_MANAGEMENT_URL: managementAddress\('newcomer'\)/],
    ['tools/verification/journey/roles-by-routes.ts', /'GET \/v1\/newcomer\/received\/\{id\}': workers/],
    ['ARCHITECTURE.md', /^ {6}newcomer\/ +brings orders to whoever placed them$/m],
    ['README.md', /\[newcomer\]\(apps\/newcomer\/README\.md\)/],
    ['docker/compose.yaml', /^ {2}newcomer-migrate:$/m],
    ['docker/prometheus.yml', /targets:\s+\[[^\]]*'newcomer:3100',?\s*\]/],
    ['k8s/values/newcomer.yaml', /^consumes: \{ topics: \[order-events\] \}$/m],
    ['k8s/values/gateway.yaml', /^calls:\s+\[[^\]]*newcomer,?\s*\]/m],
    ['k8s/README.md', /for service in .* newcomer gateway; do/],
    ['k8s/first-try/secrets.yaml', /name: newcomer-database-app \}\nstringData: .*oms_newcomer'/],
    ['k8s/operators/postgres.yaml', /name: newcomer-database \}\n[^]*?database: newcomer, owner: newcomer \}/],
  ])('is in %s', (path, entry) => {
    expect(textIn(tree, path)).toMatch(entry);
  });
});

test('one service after the other goes into the same lists', async () => {
  const tree = treeForService();
  const portOf = (name: string) =>
    Number(new RegExp(`${name}: \\{ port: (\\d+)`).exec(textIn(tree, 'tools/dev/stack/services.ts'))?.[1]);
  for (const name of ['newcomer', 'latecomer', 'lastcomer']) await generateService(tree, { ...newcomer, name });
  for (const path of Object.keys(lists))
    for (const name of ['newcomer', 'latecomer', 'lastcomer'])
      expect(textIn(tree, path), path).toMatch(new RegExp(name, 'i'));
  expect([portOf('latecomer'), portOf('lastcomer')]).toEqual([portOf('newcomer') + 1, portOf('newcomer') + 2]);
}, 60_000);

test('without a description, a service is described by its topics', async () => {
  const tree = treeForService();
  await generateService(tree, { name: 'newcomer', reads: ['inventory-alerts', 'order-events'] });
  expect(textIn(tree, 'apps/newcomer/README.md')).toContain('Listens to inventory-alerts and order-events.');
}, 60_000);

test('who publishes has an outbox, a relay, and a file for its messages', async () => {
  const tree = treeForService();
  await generateService(tree, { ...newcomer, publishes: ['LOW_STOCK'] });
  const app = textIn(tree, 'apps/newcomer/src/app.ts');
  expect(app).toMatch(/publishes: \['LOW_STOCK'\]/);
  expect(app).toContain('await relay.start();');
  expect(textIn(tree, 'apps/newcomer/src/domain/messages.ts')).toContain('LOW_STOCK may be among them');
  expect(textIn(tree, 'apps/newcomer/README.md')).toContain('- `LOW_STOCK`: inventory-alerts');
}, 60_000);

test.each<[string, object, RegExp]>([
  ['a name of two words', { name: 'new-comer' }, /"new-comer" is no name of a service.*one word/],
  ['a name that is there', { name: 'order' }, /There is a "order" already/],
  ['the name of a library', { name: 'contracts' }, /There is a "contracts" already/],
  [
    'a topic that nobody knows',
    { reads: ['newcomer-events'] },
    /no topic "newcomer-events" to read\. Take .*order-events/,
  ],
  ['an event that nobody knows', { publishes: ['NEWCOMER_ARRIVED'] }, /no event "NEWCOMER_ARRIVED" to publish/],
])('%s is refused, and nothing is written', async (_, wrong, message) => {
  const tree = treeForService();
  const before = tree.listChanges().length;
  await expect(generateService(tree, { ...newcomer, ...wrong })).rejects.toThrow(message);
  expect(tree.listChanges()).toHaveLength(before);
});
