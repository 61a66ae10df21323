// `npm run oms -- <command>`: the command line for operators.
import { Command } from 'commander';
import { inventoryCommand } from './commands/inventory.ts';
import { dlqCommand } from './commands/dlq.ts';
import { itemsCommand } from './commands/items.ts';
import { orderCommand } from './commands/order.ts';
import { recoverCommand } from './commands/recover.ts';
import { schemasCommand } from './commands/schemas.ts';
import { tokenCommand } from './commands/token.ts';

const oms = new Command('oms')
  .description('Commands for operators of the order management system. From the repository: npm run oms -- <command>')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError()
  .addCommand(tokenCommand())
  .addCommand(schemasCommand())
  .addCommand(inventoryCommand())
  .addCommand(itemsCommand())
  .addCommand(orderCommand())
  .addCommand(dlqCommand())
  .addCommand(recoverCommand());

try {
  await oms.parseAsync();
} catch (error) {
  console.error(`oms: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
