// `oms completion <shell>`: prints the script that completes commands and options in a shell.
import { Argument, Command } from 'commander';
import { completionOf, shells, type Shell } from '../completion.ts';

const examples = `
Examples:
  eval "$(npx oms completion bash)"
  npx oms completion fish > ~/.config/fish/completions/oms.fish`;

export function completionCommand(): Command {
  return new Command('completion')
    .description('Prints the script that completes commands and options of oms in your shell.')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', examples)
    .action((shell: Shell, _options: object, command: Command) => console.log(completionOf(command.parent!, shell)));
}
