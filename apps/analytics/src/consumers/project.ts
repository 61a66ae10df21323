// Applies a batch of messages to all read models, in the caller's transaction.
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
 * Four statements at most, for any number of messages. Messages may arrive in any order and again: the rows end up the same.
 * The tables are always written in this order, and their rows in the order of their keys, so batches never deadlock.
 */
export async function project(client: pg.ClientBase, messages: readonly Message[]): Promise<void> {
  await writeSales(client, foldSales(messages));
  failpoint('analytics.sales_written');
  await writeTimelines(client, foldTimelines(messages));
  failpoint('analytics.timelines_written');
  await writeStockLevels(client, foldStockLevels(messages));
}
