// Runs one proof in the mutation tree. Only a proof that ends by itself and reports a failure has noticed the mutant.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Proof } from './mutant.ts';

/** `failure` names the first test or rule that failed, and why. A proof that ran out of time has shown nothing. */
export type Ran = { outcome: 'passed' } | { outcome: 'failed'; failure: string } | { outcome: 'ran out of time' };

const runMsMax = 300_000;

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
  let ranOut = false;
  const killer = setTimeout(() => {
    ranOut = true;
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  }, runMsMax);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(killer);
      log.end();
      if (ranOut) resolve({ outcome: 'ran out of time' });
      else if (code === 0) resolve({ outcome: 'passed' });
      else resolve({ outcome: 'failed', failure: firstFailure(output) });
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
  if (test !== undefined) return `${test}: ${why}`;
  const [, seed, violation] = /^(seed \d+): \d+ violations?\n(.*)/m.exec(output) ?? [];
  return seed === undefined ? 'its process failed; see its log' : `${seed}: ${violation?.trim()}`;
}
