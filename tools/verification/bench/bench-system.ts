// The system that is measured: a whole system with a menu and customers, and the recorded SQL for the comparison.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { signIn, type ApiCaller } from '../../dev/client/client.ts';
import { root } from '../../database/migrate/databases.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { freePorts, services, startStack, type Progress, type Stack } from '../../dev/stack/index.ts';
import { deployedFlags } from '../../dev/start/service-process.ts';
import { freeServicePorts, startSystem, type System } from '../../dev/start/system.ts';
import { logStatements, statementsOf, type Statement } from './pgbench/recorded-sql.ts';
import type { Recorded } from './pgbench/script.ts';

export type BenchSystem = {
  stack: Stack;
  system: System;
  tokens: readonly string[];
  itemIds: readonly string[];
  /** Process ids, to measure which process takes the CPU. */
  pids(): Record<string, number>;
  recorded: { units: Record<'inventory' | 'order', Statement[][]>; order: Recorded };
  dataDir: string;
  stop(): Promise<void>;
};

export const itemCount = 1_000;
export const plenty = 2_000_000_000;
const concurrency = 16;
/** Placed while their SQL was recorded: the invariants count them too. */
export const recordedOrders = 2;
/** Numbers that no version, quantity or attempt has by chance. */
const restocks = 36;
const reservedBefore = 577;

export async function startBenchSystem({
  customers: customerCount,
  progress,
  postgresEnv,
}: {
  customers: number;
  progress: Progress;
  postgresEnv: NodeJS.ProcessEnv;
}): Promise<BenchSystem> {
  const dataDir = join(root, '.data/bench');
  await clearData(dataFolder(dataDir));
  const stack = await startStack({
    dataDir,
    ports: await freePorts(),
    progress,
    postgresEnv,
  });
  try {
    const start = async () =>
      startSystem({ stack, flags: deployedFlags, ports: await freeServicePorts(), logDir: join(dataDir, 'logs') });
    const recorded = await progress.step('the SQL of one order', () => recordOrder(stack, start, dataDir));
    await removeKitchenMailRule(stack);
    const system = await progress.step('services', start);
    const gateway = { gatewayUrl: system.urls.gateway, issuerUrl: stack.issuerUrl };
    const itemIds = await progress.step('menu', async () => addItems(await signIn(gateway, 'staff')));
    const customers = await Promise.all(Array.from({ length: customerCount }, () => signIn(gateway, 'customer')));
    return {
      stack,
      system,
      itemIds,
      recorded,
      dataDir,
      tokens: customers.map(({ token }) => token),
      pids: () => ({
        ...Object.fromEntries(services.map((service) => [service, system.service(service).pid])),
        postgres: stack.part('postgres').pid,
        kafka: stack.part('kafka').pid,
      }),
      async stop() {
        await system.stop();
        await stack.stop();
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** One mail for each order: the mail catcher keeps every one in memory, and would be what is measured. Everything else stays. */
async function removeKitchenMailRule(stack: Stack): Promise<void> {
  const client = new pg.Client({ connectionString: stack.databaseUrl('notification') });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `DELETE FROM notification_rules WHERE event = 'ORDER_PLACED' AND channel = 'EMAIL'`,
    );
    if (rowCount !== 1) throw new Error(`Expected one rule that mails each order, and removed ${rowCount}.`);
  } finally {
    await client.end();
  }
}

async function addItems(staff: ApiCaller): Promise<string[]> {
  const ids: string[] = [];
  const numbers = Array.from({ length: itemCount }, (_, i) => i);
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let number = numbers.pop(); number !== undefined; number = numbers.pop())
        ids.push(await addItem(staff, `Dish ${number}`));
    }),
  );
  return ids;
}

export async function addItem(staff: ApiCaller, itemName: string): Promise<string> {
  const item = { itemName, quantity: plenty, threshold: 1, unit: 'portion', price: '12.50', category: 'mains' };
  return (expect(await staff.post('/v1/inventory', item), 201) as { id: string }).id;
}

async function recordOrder(
  stack: Stack,
  start: () => Promise<System>,
  dataDir: string,
): Promise<BenchSystem['recorded']> {
  const logFile = join(dataDir, 'logs/postgres.log');
  const endLogging = await logStatements(stack.adminDatabaseUrl, ['oms_order', 'oms_inventory']);
  const system = await start();
  try {
    const gateway = { gatewayUrl: system.urls.gateway, issuerUrl: stack.issuerUrl };
    const [staff, customer] = [await signIn(gateway, 'staff'), await signIn(gateway, 'customer')];
    const itemId = await addItem(staff, 'A dish to record');
    for (let times = 0; times < restocks; times += 1)
      expect(await staff.post(`/v1/inventory/${itemId}/restock`, { quantity: 1 }), 200);
    const place = async (quantity: number) => {
      const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
      const key = { 'idempotency-key': `record-${quantity}` };
      const order = await customer.post('/v1/orders', { items: [{ itemId, quantity }], deliveryAddress }, key);
      return (expect(order, 201) as { id: string }).id;
    };
    await place(reservedBefore);
    const before = { quantity: plenty + restocks - reservedBefore, reserved: reservedBefore, version: restocks + 2 };
    const from = statSync(logFile).size;
    const orderId = await place(1);
    const units = statementsOf(logFile, orderId, from);
    const isInventory = (unit: Statement[]) => unit.some(({ text }) => /\breservations\b/.test(text));
    return {
      units: { inventory: units.filter(isInventory), order: units.filter((unit) => !isInventory(unit)) },
      order: { orderId, itemId, before },
    };
  } finally {
    await system.stop();
    await endLogging();
  }
}

/** The body of an answer with that status. Throws Error with what else came. */
export function expect({ status, body }: { status: number; body: unknown }, wanted: number): unknown {
  if (status === wanted) return body;
  throw new Error(`The bench could not be set up: ${status} ${JSON.stringify(body)}`);
}
