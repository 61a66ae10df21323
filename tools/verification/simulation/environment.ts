// What all runs of a worker share: its databases, and the contracts.

import type { Codec } from '@oms/contracts';
import { openDatabases, type Databases } from './postgres/databases.ts';
import type { PostgresServer } from './postgres/server.ts';
import { readContracts } from './services/ports.ts';

export type Environment = { databases: Databases; codec: Codec };

export async function openEnvironment(server: Pick<PostgresServer, 'socketDir'>): Promise<Environment> {
  return { databases: await openDatabases(server), codec: await readContracts() };
}
