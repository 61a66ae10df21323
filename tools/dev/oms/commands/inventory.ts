// `oms inventory reconcile`: compares items, ledger, reservations and orders, and repairs the discrepancies.
import { Command } from 'commander';
import { gatewayOption, issuerOption } from '../admin-api.ts';
import { exportCommand } from './inventory-export.ts';
import { importCommand } from './inventory-import.ts';

type ReconcileOptions = { fix?: true; json?: true; order?: string[]; item?: string[]; gateway: string; issuer: string };

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
      new Command('reconcile')
        .description(
          'Finds, explains and with --fix repairs any difference between items, movements, reservations and orders.',
        )
        .option('--fix', 'repair it; without it nothing is written')
        .option('--json', 'print one JSON document instead of a table')
        .option('--order <uuid...>', 'only these orders')
        .option('--item <uuid...>', 'only these items')
        .addOption(gatewayOption())
        .addOption(issuerOption())
        .addHelpText('after', examples)
        .action(reconcile),
    );
}

async function reconcile({ fix, json, order, item, gateway, issuer }: ReconcileOptions): Promise<void> {
  const { signIn } = await import('../../client/client.ts');
  const { linesOf, reconcileAll } = await import('../../reconcile/reconcile.ts');
  const admin = await signIn({ gatewayUrl: gateway, issuerUrl: issuer }, 'admin');
  const onBatch = json
    ? undefined
    : (checked: { orders: number; items: number }) =>
        console.error(`checked ${checked.orders} orders and ${checked.items} items so far`);
  const report = await reconcileAll(admin, { fix: fix === true, orderIds: order, itemIds: item }, onBatch);
  console.log(json ? JSON.stringify(report, null, 2) : linesOf(report, fix === true).join('\n'));
  if (report.counts.left > 0) process.exitCode = 1;
}
