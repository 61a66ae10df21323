// What is lost in a drill, and how it is restored: exactly the steps of docs/operations.md.

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
import type { SentNotifications } from './sent-notifications.ts';
import type { RestoreEnvironment } from './restore-environment.ts';

/** All databases of the one server, or one service's. */
export type DataLoss = 'all' | DatabaseService;

export type Restoration = {
  recovered: RecoverReport[];
  /** How much a second run of `recover` found: must be nothing. */
  foundAgain: number;
  reconciled: ReconcileReport;
  seconds: { restore: number; recover: number; start: number; reconcile: number };
};

/** The time for which the services run without their database, until the loss is detected. */
const unnoticedMs = 1_000;

/** The database is lost, and the services that need it are stopped. */
export async function loseData(
  environment: RestoreEnvironment,
  loss: DataLoss,
  sentNotifications: SentNotifications,
): Promise<void> {
  const { stack, processes } = environment;
  if (loss === 'all' || loss === 'notification') {
    // First, so that every notification that was sent is known.
    await processes.of('notification').end('SIGKILL');
    await sentNotifications.remember(stack.databaseUrl('notification'));
  }
  if (loss === 'all') {
    await stack.part('postgres').kill('SIGQUIT');
    rmSync(environment.archive.dataDir, { recursive: true, force: true });
  } else {
    const name = new URL(stack.databaseUrl(loss)).pathname.slice(1);
    await asAdmin(stack, (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }
  await wait(unnoticedMs);
  const hit: readonly Service[] = loss === 'all' ? services : [loss];
  await Promise.all(hit.map((service) => processes.of(service).end('SIGTERM')));
}

export async function restore(environment: RestoreEnvironment, loss: DataLoss, moment: Date): Promise<Restoration> {
  const { stack, processes, env } = environment;
  const hit: readonly DatabaseService[] = loss === 'all' ? databaseServices : [loss];
  const seconds = { restore: 0, recover: 0, start: 0, reconcile: 0 };

  const timed = async <T>(step: keyof typeof seconds, work: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const result = await work();
    seconds[step] += (performance.now() - startedMs) / 1_000;
    return result;
  };

  await timed('restore', () =>
    loss === 'all' ? restoreInPlace(environment, moment) : environment.moveToRestored(loss, moment),
  );
  const recovered: RecoverReport[] = [];
  for (const service of hit)
    recovered.push(await timed('recover', () => recover(service, { stack, since: moment, fix: true, env })));
  const again = await Promise.all(hit.map((service) => recover(service, { stack, since: moment, fix: false, env })));
  // While other services run, messages come all the time; what is about one order or item must be there now.
  const foundAgain = again.flatMap(({ findings }) => findings.filter(({ id }) => loss === 'all' || id !== undefined));
  await timed('start', async () => {
    for (const service of hit) processes.of(service).start();
    for (const service of hit) await until(`${service} is ready`, () => processes.of(service).ready(), 60_000);
  });
  const reconciled = await timed('reconcile', () => reconcile(environment));
  // The gateway last: no orders are placed before everything is reconciled.
  if (loss === 'all') processes.of('gateway').start();
  await processes.allReady();
  return { recovered, foundAgain: foundAgain.length, reconciled, seconds };
}

/** At inventory itself, as the gateway may be stopped. */
export async function reconcile({ processes, stack }: RestoreEnvironment): Promise<ReconcileReport> {
  const inventory = { gatewayUrl: processes.urls.inventory, issuerUrl: stack.issuerUrl };
  return reconcileAll(await signIn(inventory, 'admin'), { fix: true });
}

async function restoreInPlace({ archive, stack }: RestoreEnvironment, moment: Date): Promise<void> {
  archive.restore(archive.dataDir, moment, { separate: false });
  await stack.part('postgres').start();
  await untilRestored(stack.adminDatabaseUrl);
}
