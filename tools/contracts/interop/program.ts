// Runs a program of another language to its end, and parses the messages that it prints.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseCents } from '@oms/contracts';

/** A message as the program has it; in `value` amounts are cents, times Dates and ids texts, as in messages of ours. */
export type PrintedMessage = {
  topic: string;
  key: string;
  headers?: Record<string, string>;
  value: Record<string, unknown>;
};

/** Takes arguments, and answers a message for each line that was printed. Throws Error with the program's last words when it fails. */
export type Program = (...args: readonly string[]) => Promise<PrintedMessage[]>;

const run = promisify(execFile);
/** More than the programs' own, and less than a test's: the one that fails first has the most to say. */
const patienceMs = 45_000;
const outputMax = 64 * 1024 * 1024;

export function programOf(command: string, flags: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  return async (...args) => {
    const { stdout } = await run(command, [...flags, ...args], {
      env: { ...process.env, ...env },
      timeout: patienceMs,
      killSignal: 'SIGKILL',
      maxBuffer: outputMax,
    }).catch((error: Error & { stderr?: string }) => {
      throw new Error(`${flags.at(-1)} failed. Its last words:\n${(error.stderr ?? '').slice(-3_000)}`, {
        cause: error,
      });
    });
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line, untagged) as PrintedMessage);
  };
}

/** `{"decimal":"12.50"}` -> 1250, and so on: so a program that prints an amount as a plain number or text is noticed. */
function untagged(_: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Object.keys(value).length !== 1) return value;
  const { decimal, time, uuid } = value as Record<string, unknown>;
  if (typeof decimal === 'string') return parseCents(decimal);
  if (typeof time === 'string') return new Date(time);
  return typeof uuid === 'string' ? uuid : value;
}
