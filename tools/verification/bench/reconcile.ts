// `npm run bench -- reconcile`: how long the books of very many orders take to look through, and whether what is wrong among them is found.

import { join } from 'node:path';
import pg from 'pg';
import { signIn, type ApiCaller } from '../../dev/client/client.ts';
import { root } from '../../database/migrate/databases.ts';
import { reconcileAll, type ReconcileReport } from '../../dev/reconcile/reconcile.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { freePorts, startStack, type Progress } from '../../dev/stack/index.ts';
import { residentMb } from '../../dev/start/resident-memory.ts';
import { freeServicePorts, startSystem } from '../../dev/start/system.ts';
import { deliverOne, multiply, writeWrong } from './many-orders.ts';
import { deployedFlags } from '../../dev/start/service-process.ts';

export type Looked = {
  orders: number;
  items: number;
  seconds: number;
  /** What was written wrong on purpose, and what was found, by kind. */
  wrong: Record<string, number>;
  found: Record<string, number>;
  repairSeconds: number;
  leftAfterRepair: number;
  /** Of the whole process, at its end. */
  memoryMb: { order: number; inventory: number };
};

export async function measureReconcile(o: { orders: number; items: number; progress: Progress }): Promise<Looked> {
  const { progress } = o;
  const dataDir = join(root, '.data/bench');
  await clearData(dataFolder(dataDir));
  const stack = await startStack({ dataDir, ports: await freePorts(), progress });
  try {
    const ports = await freeServicePorts();
    const logDir = join(dataDir, 'logs');
    const system = await progress.step('services', () => startSystem({ stack, flags: deployedFlags, ports, logDir }));
    const databases = [stack.databaseUrl('order'), stack.databaseUrl('inventory')].map((connectionString) => {
      return new pg.Client({ connectionString });
    });
    const [order, inventory] = databases as [pg.Client, pg.Client];
    try {
      await Promise.all(databases.map((database) => database.connect()));
      const doors = { gatewayUrl: system.urls.gateway, issuerUrl: stack.issuerUrl };
      const one = await progress.step('one order, delivered', async () =>
        deliverOne(await signIn(doors, 'staff'), await signIn(doors, 'customer'), inventory),
      );
      await progress.step(`${o.orders} more like it`, () => multiply({ ...o, order, inventory, one }));
      const wrong = await writeWrong(order, inventory);
      const admin = await signIn(doors, 'admin');
      const look = await progress.step('looked through', () => timed(admin, false));
      const repair = await progress.step('repaired', () => timed(admin, true));
      const after = await progress.step('looked through again', () => timed(admin, false));
      return {
        ...look.report.checked,
        seconds: look.seconds,
        wrong,
        found: kindsOf(look.report),
        repairSeconds: repair.seconds,
        leftAfterRepair: after.report.counts.found,
        memoryMb: { order: mbOf('order'), inventory: mbOf('inventory') },
      };
    } finally {
      await Promise.all(databases.map((database) => database.end()));
      await system.stop();
    }

    function mbOf(service: 'order' | 'inventory') {
      return residentMb(system.service(service).pid);
    }
  } finally {
    await stack.stop();
  }
}

async function timed(admin: ApiCaller, fix: boolean): Promise<{ report: ReconcileReport; seconds: number }> {
  const startedMs = performance.now();
  const report = await reconcileAll(admin, { fix });
  return { report, seconds: (performance.now() - startedMs) / 1_000 };
}

function kindsOf({ findings }: ReconcileReport): Record<string, number> {
  const counts = Object.entries(Object.groupBy(findings, ({ kind }) => kind));
  return Object.fromEntries(counts.map(([kind, all]) => [kind, all?.length ?? 0]));
}
