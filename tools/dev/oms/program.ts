// All commands of the command line, with one style of usage, help and errors.
import { Command } from 'commander';
import { completionCommand } from './commands/completion.ts';
import { dlqCommand } from './commands/dlq.ts';
import { inventoryCommand } from './commands/inventory.ts';
import { itemsCommand } from './commands/items.ts';
import { orderCommand } from './commands/order.ts';
import { recoverCommand } from './commands/recover.ts';
import { schemasCommand } from './commands/schemas.ts';
import { tokenCommand } from './commands/token.ts';
import { exitCodeTexts } from './exit-codes.ts';

const exits = `
Exit codes:
${exitCodeTexts.map(([code, text]) => `  ${code}  ${text}`).join('\n')}`;

export function createProgram(): Command {
  const program = new Command('oms')
    .description(
      'Commands for operators of the order management system. In the repository: npm run oms -- <command>, or npx oms <command>',
    )
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', exits)
    .addCommand(tokenCommand())
    .addCommand(orderCommand())
    .addCommand(inventoryCommand())
    .addCommand(itemsCommand())
    .addCommand(dlqCommand())
    .addCommand(schemasCommand())
    .addCommand(recoverCommand())
    .addCommand(completionCommand());
  for (const command of withAllBelow(program))
    command.exitOverride().showHelpAfterError(`(add --help for how it is used)`);
  return program;
}

export function withAllBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}
