// The completion of commands and options for shells, as a script made from the commands themselves: nothing is started while people type.
import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

type Words = { path: string; commands: Command[]; words: string[] };

export function completionOf(program: Command, shell: Shell): string {
  const all = wordsOf(program, '');
  if (shell === 'fish') return all.flatMap(fishLines).join('\n');
  // zsh reads completions of bash with this module.
  return [...(shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []), bashScript(all)].join('\n');
}

function wordsOf(command: Command, path: string): Words[] {
  const commands = command.commands.filter((each) => each.name() !== 'help');
  const flags = command.options.filter(({ hidden }) => !hidden).map(({ long, short }) => long ?? short ?? '');
  const words = [...commands.map((each) => each.name()), ...flags, '--help'];
  return [{ path, commands, words }, ...commands.flatMap((each) => wordsOf(each, `${path} ${each.name()}`.trim()))];
}

function bashScript(all: readonly Words[]): string {
  const cases = all.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`);
  const paths = all.map(({ path }) => `'${path}'`).join('|');
  return `_oms() {
  local path='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
    ${paths}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _oms oms`;
}

function fishLines({ path, commands, words }: Words): string[] {
  const names = commands.map((command) => command.name());
  const seen = path.split(' ').filter((name) => name !== '');
  const isHere = [
    ...seen.map((name) => `__fish_seen_subcommand_from ${name}`),
    ...(names.length > 0 ? [`not __fish_seen_subcommand_from ${names.join(' ')}`] : []),
  ].join('; and ');
  const when = isHere === '' ? '' : ` -n '${isHere}'`;
  return [
    ...commands.map(
      (command) => `complete -c oms -f${when} -a ${command.name()} -d '${quoted(command.description())}'`,
    ),
    ...words.filter((word) => word.startsWith('--')).map((word) => `complete -c oms${when} -l ${word.slice(2)}`),
  ];
}

function quoted(text: string): string {
  return text.replaceAll("'", "\\'");
}
