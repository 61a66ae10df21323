// The command line as a whole: one style of usage, exit codes that scripts can rely on, and completion for shells.
import { spawnSync } from 'node:child_process';
import { CommanderError, type Command } from 'commander';
import { ProblemError } from '@oms/client';
import { describe, expect, test } from 'vitest';
import { completionOf } from '../completion.ts';
import { exitCodeOf, exitCodes, UnreachableError } from '../exit-codes.ts';
import { createProgram, withAllBelow } from '../program.ts';

const program = createProgram();
const leaves = withAllBelow(program).filter(({ commands }) => commands.length === 0);
const nameOf = (command: Command): string =>
  command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
const complete = (words: string[]) => {
  const setting = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
  const script = `${completionOf(program, 'bash')}\n${setting}; _oms; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
};

describe('every command', () => {
  test('has a description that is a sentence', () => {
    const others = withAllBelow(program).filter(
      (command) => !/^[A-Z].*\.$/.test(command.description()) && command !== program,
    );
    expect(others.map(nameOf)).toEqual([]);
  });

  test('that calls the API takes address and token in the same way', () => {
    const calls = leaves.filter(({ options }) => options.some(({ long }) => long === '--gateway'));
    expect(calls.length).toBeGreaterThan(4);
    const names = calls.map(({ options }) => options.flatMap(({ long }) => long ?? []));
    expect(
      names.filter((flags) => !['--gateway', '--token', '--issuer'].every((flag) => flags.includes(flag))),
    ).toEqual([]);
  });

  test('ends with the code for wrong usage when an option is unknown', () => {
    const [command] = leaves;
    const quiet = command!.exitOverride().configureOutput({ writeErr: () => undefined });
    expect(() => quiet.parse(['--nonsense'], { from: 'user' })).toThrow(CommanderError);
  });
});

test('each kind of error has an exit code', () => {
  const problem = { type: '', title: '', status: 409, detail: 'No.', code: 'INSUFFICIENT_STOCK' };
  expect(exitCodeOf(new CommanderError(0, 'commander.help', ''))).toBe(exitCodes.done);
  expect(exitCodeOf(new CommanderError(1, 'commander.unknownOption', ''))).toBe(exitCodes.usage);
  expect(exitCodeOf(new ProblemError(problem))).toBe(exitCodes.refused);
  expect(exitCodeOf(new UnreachableError('http://127.0.0.1:3000', {}))).toBe(exitCodes.unreachable);
  expect(exitCodeOf(new Error('something else'))).toBe(exitCodes.failed);
});

describe('completion', () => {
  test('offers commands, then their subcommands, then their options', () => {
    expect(complete(['oms', ''])).toEqual(expect.arrayContaining(['token', 'order', 'dlq', 'completion', '--help']));
    expect(complete(['oms', 'or'])).toEqual(['order']);
    expect(complete(['oms', 'dlq', 're'])).toEqual(['redrive']);
    expect(complete(['oms', 'dlq', 'list', '--event'])).toEqual(['--event-type']);
  });

  test('knows where it is when options stand in between', () => {
    expect(complete(['oms', 'order', 'explain', 'some-id', '--j'])).toEqual(['--json']);
  });

  test('is there for zsh and fish', () => {
    expect(completionOf(program, 'zsh')).toContain('bashcompinit');
    expect(completionOf(program, 'fish')).toContain("complete -c oms -f -n 'not __fish_seen_subcommand_from");
  });
});
