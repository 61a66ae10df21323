// `npm run ok`: the quick gate before a commit - format, lint and boundaries, types, contracts, unit tests with the tidy rules.
// Each tool keeps its results in .cache, and unit tests run where files changed since the last green run. `--all` starts from nothing.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { generate, generateForBench } from '../../database/generate/generate.ts';
import { root } from '../../database/migrate/databases.ts';
import { fingerprints, readGreenRun, writeGreenRun } from './green-run.ts';
import { unitTestsFor } from './affected.ts';

type Check = { name: string; command: string; args: readonly string[]; way?: string };

const bin = (name: string) => join(root, 'node_modules/.bin', name);
const cache = join(root, '.cache/ok');
const startedAtMs = Date.now();

if (process.argv.includes('--all')) rmSync(cache, { recursive: true, force: true });
await generate();
await generateForBench();
const now = fingerprints();
const tests = unitTestsFor(now, readGreenRun(cache));

// The rule of boundaries reads the project graph that Nx keeps; without one it would be skipped.
const checks: readonly (readonly Check[])[] = [
  [
    { name: 'project graph', command: bin('nx'), args: ['show', 'projects'] },
    {
      name: 'lint and boundaries',
      command: bin('eslint'),
      args: ['--max-warnings', '0', ...cached('eslint/'), 'apps', 'libs', 'tools'],
    },
  ],
  [
    {
      name: 'format',
      command: bin('prettier'),
      args: ['--check', '--log-level', 'warn', ...cached('prettier'), '.'],
      way: '`npm run format` corrects it',
    },
    { name: 'types', command: bin('tsc'), args: ['-p', root] },
    { name: 'contracts', command: process.execPath, args: ['tools/dev/oms/main.ts', 'schemas', 'check'] },
    ...(tests.length > 0
      ? [
          {
            name: 'unit tests and tidy rules',
            command: bin('vitest'),
            args: ['run', '--project', 'unit', '--reporter', 'dot', '--passWithNoTests', ...tests],
          },
        ]
      : []),
  ],
];
// Two sequences, because the first check of each holds one processor for most of the time.
const failures = (await Promise.all(checks.map(runInOrder))).flat();
if (failures.length > 0) {
  console.error(`\nnot ok: ${failures.join('; ')}`);
  process.exit(1);
}
writeGreenRun(cache, now);
console.log(`ok (${Math.round((Date.now() - startedAtMs) / 1000)} s)`);

function cached(name: string): string[] {
  return ['--cache', '--cache-strategy', 'content', '--cache-location', join(cache, name)];
}

async function runInOrder(sequence: readonly Check[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, command, args, way } of sequence) {
    const checkStartedAtMs = Date.now();
    const { code, output } = await run(command, args);
    if (code === 0) console.log(`ok: ${name} (${Math.round((Date.now() - checkStartedAtMs) / 1000)} s)`);
    else {
      console.error(`\n${output.trimEnd()}\nnot ok: ${name}`);
      failed.push(way ? `${name} - ${way}` : name);
    }
  }
  return failed;
}

/** Output is kept until the end, because two checks run at the same time. */
function run(command: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NX_TUI: 'false', NX_DAEMON: 'false' },
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(output).toString() }));
  });
}
