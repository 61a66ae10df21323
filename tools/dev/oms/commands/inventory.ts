// `oms inventory reconcile`: compares items, ledger, reservations and orders, and repairs the discrepancies.
import { Command } from 'commander';
import { apiOf, withApiOptions, type ApiOptions } from '../admin-api.ts';
import { exitCodes } from '../exit-codes.ts';
import { exportCommand } from './inventory-export.ts';
import { importCommand } from './inventory-import.ts';

type ReconcileOptions = ApiOptions & { fix?: true; json?: true; order?: string[]; item?: string[] };

const examples = `
Exits with 1 when a discrepancy is left that is not repaired.

Examples:
  npm run -s oms -- inventory reconcile              # report only
  npm run -s oms -- inventory reconcile --fix        # repair what can be repaired
  npm run -s oms -- inventory reconcile --json | jq .counts`;

export function inventoryCommand(): Command {
  return new Command('inventory')
    .description('Checks the stock and its ledger, and imports and exports items.')
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(
      withApiOptions(
        new Command('reconcile').description(
          'Finds, explains and with --fix repairs any difference between items, movements, reservations and orders.',
        ),
      )
        .option('--fix', 'repair it; without it nothing is written')
        .option('--json', 'print one JSON document instead of a table')
        .option('--order <uuid...>', 'only these orders')
        .option('--item <uuid...>', 'only these items')
        .addHelpText('after', examples)
        .action(reconcile),
    );
}

async function reconcile({ fix, json, order, item, ...options }: ReconcileOptions): Promise<void> {
  const { linesOf, reconcileAll } = await import('../../reconcile/reconcile.ts');
  const api = await apiOf(options);
  const admin = {
    async post(path: string, body?: unknown) {
      const reply = await api.POST(path as '/v1/inventory/reconciliations', { body: body as never });
      return { status: reply.response.status, headers: reply.response.headers, body: reply.data ?? reply.error };
    },
  };
  const onBatch = json
    ? undefined
    : (checked: { orders: number; items: number }) =>
        console.error(`checked ${checked.orders} orders and ${checked.items} items so far`);
  const report = await reconcileAll(admin, { fix: fix === true, orderIds: order, itemIds: item }, onBatch);
  console.log(json ? JSON.stringify(report, null, 2) : linesOf(report, fix === true).join('\n'));
  if (report.counts.left > 0) process.exitCode = exitCodes.found;
}
