// Brings every read model up to date with a batch of messages, in the transaction it is given.
import type { Message } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import { foldSales } from '../domain/sales.ts';
import { foldStockLevels } from '../domain/stock-level.ts';
import { foldTimelines } from '../domain/timeline.ts';
import { writeSales } from '../store/sales-tables.ts';
import { writeStockLevels } from '../store/stock-table.ts';
import { writeTimelines } from '../store/timeline-table.ts';

/**
 * Four statements at most, however many messages. Messages may come in any order and again: the rows end up the same.
 * The tables are always taken in this order, and their rows in the order of their keys, so batches never deadlock.
 */
export async function project(client: pg.ClientBase, messages: readonly Message[]): Promise<void> {
  await writeSales(client, foldSales(messages));
  failpoint('analytics.sales_written');
  await writeTimelines(client, foldTimelines(messages));
  failpoint('analytics.timelines_written');
  await writeStockLevels(client, foldStockLevels(messages));
}
