// The real inventory service on real PostgreSQL and Kafka, killed now and then: what its callers saw has an order that explains it all.
import { join } from 'node:path';
import { createDatabase, testStack, type TestDatabase } from '@oms/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../harness/random.ts';
import { anySeed } from '../../../dev/client/seed.ts';
import { root } from '../../../database/migrate/databases.ts';
import { startInventoryAlone, type InventoryAlone } from '../inventory-alone.ts';
import { explain, checkHistory } from '../check-history.ts';
import { record } from '../record.ts';

let database: TestDatabase;
let inventory: InventoryAlone;

beforeAll(async () => {
  database = await createDatabase('inventory');
  const { serviceClients, ...addresses } = testStack();
  const stack = {
    ...addresses,
    databaseUrl: () => database.databaseUrl,
    serviceClient: (service: string) => serviceClients[service]!,
  };
  inventory = await startInventoryAlone({ stack, dataDir: join(root, '.data/linearize-test') });
});
afterAll(async () => {
  await inventory?.stop();
  await database?.drop();
});

test('the stock is linearizable, item by item and as a whole', async () => {
  const seed = anySeed();
  const random = createRandom(seed);
  const recording = await record(inventory, { items: 3, clients: 8, calls: 350, random });
  for (const result of checkHistory(recording)) {
    expect(result.searched.outcome, `seed ${seed}: ${explain(result)}`).toBe('LINEARIZABLE');
  }
});

test('and stays so while the service is killed at work', { timeout: 150_000 }, async () => {
  const seed = anySeed();
  const random = createRandom(seed);
  const disturb = (clients: Promise<unknown>) => inventory.killDuring(clients, random.fork());
  const recording = await record(inventory, { items: 3, clients: 8, calls: 900, random, disturb });
  expect(inventory.kills()).toBeGreaterThan(0);
  for (const result of checkHistory(recording)) {
    expect(result.searched.outcome, `seed ${seed}: ${explain(result)}`).toBe('LINEARIZABLE');
  }
});
