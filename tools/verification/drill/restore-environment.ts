// A whole system for a drill: its PostgreSQL keeps an archive, and a service's database may move to a server of its own.

import { join, dirname } from 'node:path';
import type { Kafka } from '@oms/messaging';
import { openKafka } from '../harness/kafka.ts';
import { openEnvironment } from '../harness/environment.ts';
import { addMenu } from '../harness/menu.ts';
import type { Receivers } from '../harness/receivers.ts';
import { createTargetProcesses, type TargetProcesses } from '../harness/target-processes.ts';
import { signIn, type ApiCaller, type ApiUrls } from '../../dev/client/client.ts';
import { adminRole, databaseRole, databaseUrl } from '../../dev/stack/databases.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { launchPostgres } from '../../dev/stack/embedded/postgres.ts';
import { postgresHome } from '../../dev/stack/embedded/postgres-home.ts';
import { services, type Stack } from '../../dev/stack/index.ts';
import { freePort } from '../../dev/stack/ports.ts';
import type { DatabaseService } from '../../dev/stack/services.ts';
import type { Child } from '../../dev/stack/child.ts';
import { startArchiving, untilRestored, type Archive } from './archive.ts';

export type RestoreEnvironment = {
  /** Its `databaseUrl` is where each database is now. */
  stack: Stack;
  processes: TargetProcesses;
  receivers: Receivers;
  kafka: Kafka;
  archive: Archive;
  items: readonly string[];
  urls: ApiUrls;
  /** Settings of its services, added to what the stack gives them. */
  env: Record<string, string>;
  asAdmin(): Promise<ApiCaller>;
  /** Starts a server with all databases as they were at `moment`; from now on the service uses its database there. */
  moveToRestored(service: DatabaseService, moment: Date): Promise<void>;
  stop(): Promise<void>;
};

export async function openRestoreEnvironment(name: string): Promise<RestoreEnvironment> {
  const base = await openEnvironment(name);
  const moved = new Map<string, string>();
  const servers: Child[] = [];
  const stack: Stack = { ...base.stack, databaseUrl: (of) => moved.get(of) ?? base.stack.databaseUrl(of) };
  const kafka = openKafka(stack);
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await kafka.admin.close();
    await base.stop();
  };
  try {
    const env = { ...base.env, RESERVATION_HOLD_SECONDS: '2', SWEEP_INTERVAL_MS: '500' };
    const processes = await createTargetProcesses(stack, base.folder, env);
    // Once the registry has all contracts: it fails for a moment when its database restarts, and services ask it again.
    const archive = await startArchiving(stack);
    for (const service of services) processes.of(service).start();
    await processes.allReady();
    const urls = { gatewayUrl: processes.urls.gateway, issuerUrl: stack.issuerUrl };
    const asAdmin = () => signIn(urls, 'admin');
    return {
      stack,
      processes,
      receivers: base.receivers,
      kafka,
      archive,
      urls,
      env,
      asAdmin,
      items: await addMenu(await asAdmin()),
      async moveToRestored(service, moment) {
        const folder = dataFolder(base.folder);
        const port = await freePort();
        const home = await postgresHome(join(folder.root, 'postgres'));
        const dataDir = join(dirname(archive.dataDir), `restored-${service}`);
        archive.restore(dataDir, moment, { separate: true });
        const server = `127.0.0.1:${port}`;
        const adminDatabaseUrl = databaseUrl(server, adminRole, 'postgres');
        const launch = { name: `postgres-${service}`, home, dataDir, folder, port, env: {}, adminDatabaseUrl };
        servers.push(await launchPostgres(launch));
        await untilRestored(adminDatabaseUrl);
        moved.set(service, databaseUrl(server, databaseRole(service)));
      },
      async stop() {
        await processes.stop();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
