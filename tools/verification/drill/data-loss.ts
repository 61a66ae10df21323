// What is lost in a drill, and the way back: the very steps of docs/operations.md.

import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { RecoverReport } from '@oms/service-kit/recover';
import { until } from '@oms/test-kit';
import { signIn } from '../../dev/client/client.ts';
import { reconcileAll, type ReconcileReport } from '../../dev/reconcile/reconcile.ts';
import { recover } from '../../dev/recover/recover.ts';
import { databaseServices, services, type Service } from '../../dev/stack/index.ts';
import type { DatabaseService } from '../../dev/stack/services.ts';
import { asAdmin, untilRestored } from './archive.ts';
import type { Notices } from './notifications.ts';
import type { Site } from './restore-environment.ts';

/** All databases of the one server, or one service's. */
export type Disaster = 'all' | DatabaseService;

export type WayBack = {
  recovered: RecoverReport[];
  /** What a second run found, which must be nothing. */
  foundAgain: number;
  reconciled: ReconcileReport;
  seconds: { restore: number; recover: number; start: number; reconcile: number };
};

/** Services live on for so long without their database, as they would. */
const unnoticedMs = 1_000;

/** The database is gone, and whoever needed it is stopped. */
export async function strike(site: Site, disaster: Disaster, notices: Notices): Promise<void> {
  const { stack, victims } = site;
  if (disaster === 'all' || disaster === 'notification') {
    // First, so that it is known to the last one what was sent.
    await victims.of('notification').end('SIGKILL');
    await notices.remember(stack.databaseUrl('notification'));
  }
  if (disaster === 'all') {
    await stack.part('postgres').kill('SIGQUIT');
    rmSync(site.archive.dataDir, { recursive: true, force: true });
  } else {
    const name = new URL(stack.databaseUrl(disaster)).pathname.slice(1);
    await asAdmin(stack, (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }
  await wait(unnoticedMs);
  const hit: readonly Service[] = disaster === 'all' ? services : [disaster];
  await Promise.all(hit.map((service) => victims.of(service).end('SIGTERM')));
}

export async function comeBack(site: Site, disaster: Disaster, moment: Date): Promise<WayBack> {
  const { stack, victims, env } = site;
  const hit: readonly DatabaseService[] = disaster === 'all' ? databaseServices : [disaster];
  const seconds = { restore: 0, recover: 0, start: 0, reconcile: 0 };

  const timed = async <T>(step: keyof typeof seconds, work: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const result = await work();
    seconds[step] += (performance.now() - startedMs) / 1_000;
    return result;
  };

  await timed('restore', () =>
    disaster === 'all' ? restoreInPlace(site, moment) : site.moveToRestored(disaster, moment),
  );
  const recovered: RecoverReport[] = [];
  let foundAgain = 0;
  for (const service of hit) {
    recovered.push(await timed('recover', () => recover(service, { stack, since: moment, fix: true, env })));
    const again = await recover(service, { stack, since: moment, fix: false, env });
    // While others live, there is news all the time; what is about one order or item must be there now.
    foundAgain += again.findings.filter(({ id }) => disaster === 'all' || id !== undefined).length;
  }
  await timed('start', async () => {
    for (const service of hit) victims.of(service).start();
    for (const service of hit) await until(`${service} is ready`, () => victims.of(service).ready(), 60_000);
  });
  const reconciled = await timed('reconcile', () => reconcile(site));
  // The front door last: nobody orders while the books are open.
  if (disaster === 'all') victims.of('gateway').start();
  await victims.allReady();
  return { recovered, foundAgain, reconciled, seconds };
}

/** At inventory's own door, as the front door may be shut. */
export async function reconcile({ victims, stack }: Site): Promise<ReconcileReport> {
  const doors = { gatewayUrl: victims.urls.inventory, issuerUrl: stack.issuerUrl };
  return reconcileAll(await signIn(doors, 'admin'), { fix: true });
}

async function restoreInPlace({ archive, stack }: Site, moment: Date): Promise<void> {
  archive.restore(archive.dataDir, moment, { apart: false });
  await stack.part('postgres').start();
  await untilRestored(stack.adminDatabaseUrl);
}
