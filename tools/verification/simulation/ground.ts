// What all runs of a worker stand on: its databases, and the contracts.

import type { Codec } from '@oms/contracts';
import type { PostgresServer } from './postgres/server.ts';
import { openStock, type Stock } from './postgres/stock.ts';
import { readContracts } from './services/surroundings.ts';

export type Ground = { stock: Stock; codec: Codec };

export async function openGround(server: Pick<PostgresServer, 'socketDir'>): Promise<Ground> {
  return { stock: await openStock(server), codec: await readContracts() };
}
