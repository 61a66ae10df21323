// Brings every read model up to date with a batch of messages, in the transaction it is given.
import type { Message } from '@oms/contracts';
import type pg from 'pg';
import { foldSales } from '../domain/sales.ts';
import { foldStockLevels } from '../domain/stock-level.ts';
import { foldTimelines } from '../domain/timeline.ts';
import { writeSales } from './sales-tables.ts';
import { writeStockLevels } from './stock-table.ts';
import { writeTimelines } from './timeline-table.ts';

/** Four statements at most, however many messages. The tables are taken in one order, so batches never deadlock. */
export async function project(client: pg.ClientBase, messages: readonly Message[]): Promise<void> {
  await writeSales(client, foldSales(messages));
  await writeTimelines(client, foldTimelines(messages));
  await writeStockLevels(client, foldStockLevels(messages));
}
