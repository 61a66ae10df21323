// Runs one proof in the workshop; it has failed when its process says so, or does not end.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Proof } from './mutant.ts';

export type Ran = { passed: boolean; seconds: number };

const timeoutMs = 150_000;

export function runProof(o: { home: string; proof: Proof; logFile: string }): Promise<Ran> {
  const startedAtMs = performance.now();
  const log = createWriteStream(o.logFile, { flags: 'a' });
  log.write(`\n--- ${o.proof}\n`);
  // A group of its own, so that a proof that hangs goes with all it started.
  const child = spawn(process.execPath, argumentsOf(o.proof, o.home), {
    ...{ cwd: o.home, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } },
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const killer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), timeoutMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(killer);
      log.end();
      resolve({ passed: code === 0, seconds: (performance.now() - startedAtMs) / 1_000 });
    });
  });
}

function argumentsOf(proof: Proof, home: string): string[] {
  const [kind = '', what = ''] = proof.split(' ');
  if (kind === 'simulate') return ['--disable-warning=ExperimentalWarning', 'tools/simulate/main.ts', '--seeds', what];
  return [join(home, 'node_modules/vitest/vitest.mjs'), 'run', '--project', kind, '--bail', '1', what];
}
