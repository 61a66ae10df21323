// `npm run bench -- reconcile`: how long the reconciliation of very many orders takes, and whether it finds what was damaged.

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
import { deliverOneOrder, copyOrders, damage } from './many-orders.ts';
import { deployedFlags } from '../../dev/start/service-process.ts';

export type Reconciled = {
  orders: number;
  items: number;
  seconds: number;
  /** What was damaged on purpose, and what was found, by kind. */
  damaged: Record<string, number>;
  found: Record<string, number>;
  repairSeconds: number;
  leftAfterRepair: number;
  /** Of the whole process, at its end. */
  memoryMb: { order: number; inventory: number };
};

export async function measureReconcile({
  orders,
  items,
  progress,
}: {
  orders: number;
  items: number;
  progress: Progress;
}): Promise<Reconciled> {
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
      const gateway = { gatewayUrl: system.urls.gateway, issuerUrl: stack.issuerUrl };
      const one = await progress.step('one order, delivered', async () =>
        deliverOneOrder(await signIn(gateway, 'staff'), await signIn(gateway, 'customer'), inventory),
      );
      await progress.step(`${orders} more like it`, () => copyOrders({ orders, items, order, inventory, one }));
      const damaged = await damage(order, inventory);
      const admin = await signIn(gateway, 'admin');
      const first = await progress.step('reconciled', () => timed(admin, false));
      const repair = await progress.step('repaired', () => timed(admin, true));
      const after = await progress.step('reconciled again', () => timed(admin, false));
      return {
        ...first.report.checked,
        seconds: first.seconds,
        damaged,
        found: kindsOf(first.report),
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
