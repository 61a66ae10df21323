// Runs one command to its end: returns its output, or throws its error text.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export type Ended = { code: number; out: string; err: string };

/**
 * Without the program the code is 127. `input` is given to it; `env` lies over ours. `loud` lets the terminal see what it says as well, as it
 * comes.
 */
export async function run(
  command: string,
  args: readonly string[],
  { env, cwd, loud, input }: { input?: string; env?: Record<string, string>; cwd?: string; loud?: boolean } = {},
): Promise<Ended> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    ...(cwd && { cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
  if (loud) {
    child.stdout.pipe(process.stdout, { end: false });
    child.stderr.pipe(process.stderr, { end: false });
  }
  // A program that ends without reading leaves a broken pipe; its exit code says what there is to say.
  child.stdin.on('error', () => undefined).end(input);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}

/** What a successful command printed. Throws Error with its words when it failed. */
export async function outputOf(...call: Parameters<typeof run>): Promise<string> {
  const { code, out, err } = await run(...call);
  if (code === 0) return out;
  const [command, args] = call;
  throw new Error(`${command} ${args.join(' ')} failed (${code}): ${`${err}${out}`.trim().slice(-4_000)}`);
}
