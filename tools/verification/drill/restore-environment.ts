// A whole system for a drill: its PostgreSQL keeps an archive, and a service's database may move to a server of its own.

import { join, dirname } from 'node:path';
import type { Kafka } from '@oms/messaging';
import { kafkaOf } from '../harness/bad-inputs.ts';
import { openGround } from '../harness/environment.ts';
import { addMenu } from '../harness/menu.ts';
import type { Receivers } from '../harness/receivers.ts';
import { createVictims, type Victims } from '../harness/target-processes.ts';
import { signIn, type ApiCaller, type Doors } from '../../dev/client/client.ts';
import { adminRole, databaseRole, databaseUrl } from '../../dev/stack/databases.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { launchPostgres } from '../../dev/stack/embedded/postgres.ts';
import { postgresHome } from '../../dev/stack/embedded/postgres-home.ts';
import { services, type Stack } from '../../dev/stack/index.ts';
import { freePort } from '../../dev/stack/ports.ts';
import type { DatabaseService } from '../../dev/stack/services.ts';
import type { Child } from '../../dev/stack/child.ts';
import { startArchiving, untilRestored, type Archive } from './archive.ts';

export type Site = {
  /** Its `databaseUrl` tells where each database is now. */
  stack: Stack;
  victims: Victims;
  receivers: Receivers;
  kafka: Kafka;
  archive: Archive;
  items: readonly string[];
  doors: Doors;
  /** What its services are told beside what the stack tells them. */
  env: Record<string, string>;
  asAdmin(): Promise<ApiCaller>;
  /** A server of its own with all databases as they were at `moment`; from now on the service has its one there. */
  moveToRestored(service: DatabaseService, moment: Date): Promise<void>;
  stop(): Promise<void>;
};

export async function openSite(name: string): Promise<Site> {
  const ground = await openGround(name);
  const moved = new Map<string, string>();
  const servers: Child[] = [];
  const stack: Stack = { ...ground.stack, databaseUrl: (of) => moved.get(of) ?? ground.stack.databaseUrl(of) };
  const kafka = kafkaOf(stack);
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await kafka.admin.close();
    await ground.stop();
  };
  try {
    const env = { ...ground.env, RESERVATION_HOLD_SECONDS: '2', SWEEP_INTERVAL_MS: '500' };
    const victims = await createVictims(stack, ground.folder, env);
    // Once the registry has all contracts: it takes the restart ill for a moment, and services ask it again.
    const archive = await startArchiving(stack);
    for (const service of services) victims.of(service).start();
    await victims.allReady();
    const doors = { gatewayUrl: victims.urls.gateway, issuerUrl: stack.issuerUrl };
    const asAdmin = () => signIn(doors, 'admin');
    return {
      ...{ stack, victims, receivers: ground.receivers, kafka, archive, doors, env, asAdmin },
      items: await addMenu(await asAdmin()),
      async moveToRestored(service, moment) {
        const folder = dataFolder(ground.folder);
        const port = await freePort();
        const home = await postgresHome(join(folder.root, 'postgres'));
        const dataDir = join(dirname(archive.dataDir), `restored-${service}`);
        archive.restore(dataDir, moment, { apart: true });
        const server = `127.0.0.1:${port}`;
        const adminDatabaseUrl = databaseUrl(server, adminRole, 'postgres');
        const launch = { name: `postgres-${service}`, home, dataDir, folder, port, env: {}, adminDatabaseUrl };
        servers.push(await launchPostgres(launch));
        await untilRestored(adminDatabaseUrl);
        moved.set(service, databaseUrl(server, databaseRole(service)));
      },
      async stop() {
        await victims.stop();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
