// `npm run ok`: the quick gate before a commit - format, lint and boundaries, types, contracts, unit tests with the tidy rules.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { generate, generateForBench } from '../../database/generate/generate.ts';
import { root } from '../../database/migrate/databases.ts';

const bin = (name: string) => join(root, 'node_modules/.bin', name);

await generate();
await generateForBench();
const gates: [string, string, string[]][] = [
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  [
    'lint, boundaries, types, contracts, unit tests, tidy',
    bin('nx'),
    ['run-many', '-t', 'lint', 'types', 'schemas', 'unit', '--output-style', 'static'],
  ],
];
for (const [gate, command, args] of gates) {
  const startedAt = Date.now();
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_TUI: 'false' },
  });
  if (status !== 0) {
    console.error(`\nnot ok: ${gate}${gate === 'format' ? ' - `npm run format` mends it' : ''}`);
    process.exit(status ?? 1);
  }
  console.log(`ok: ${gate} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
}
