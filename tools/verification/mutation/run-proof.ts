// Runs one proof in the mutation tree; it has failed when its process says so, or does not end.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Proof } from './mutant.ts';

/** `failed` names the first test that failed, and why. */
export type Ran = { passed: true } | { passed: false; failed: string };

const timeoutMs = 150_000;

export function runProof({ home, proof, logFile }: { home: string; proof: Proof; logFile: string }): Promise<Ran> {
  const log = createWriteStream(logFile, { flags: 'a' });
  log.write(`\n--- ${proof}\n`);
  // A process group of its own, so that a proof that hangs is killed with all that it started.
  const child = spawn(process.execPath, argumentsOf(proof, home), {
    cwd: home,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log.write(text);
      output += text;
    });
  }
  const killer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), timeoutMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(killer);
      log.end();
      resolve(code === 0 ? { passed: true } : { passed: false, failed: firstFailure(output) });
    });
  });
}

function argumentsOf(proof: Proof, home: string): string[] {
  const [kind = '', what = ''] = proof.split(' ');
  if (kind === 'simulate')
    return [
      '--disable-warning=ExperimentalWarning',
      'tools/verification/simulation/main.ts',
      '--quiet',
      '--seeds',
      what,
    ];
  return [join(home, 'node_modules/vitest/vitest.mjs'), 'run', '--project', kind, '--bail', '1', what];
}

function firstFailure(output: string): string {
  const [, test, why] = /^ FAIL {2}\|\w+\| \S+ > (.*)\n(.*)/m.exec(output) ?? [];
  return test === undefined ? 'it did not end well; see its log' : `${test}: ${why}`;
}
