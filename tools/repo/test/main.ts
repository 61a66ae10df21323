// `npm test`: every test of the house, or those whose path contains one of the words given; the last line counts them.
import { createVitest, startVitest, type Vitest } from 'vitest/node';
import { generate } from '../../database/generate/generate.ts';
import { root } from '../../database/migrate/databases.ts';
import { startTestStack } from './test-stack.ts';

const words = process.argv.slice(2);
const startedAt = Date.now();
let passed = 0;
let failed = 0;
/** What this machine lacks for a proof that not every machine must be able to make. */
const without: string[] = [];

await generate();
await runProject('unit');
if (await hasTests('stack')) {
  const stack = await startTestStack();
  try {
    await runProject('stack');
  } finally {
    await stack.stop();
  }
}
await runProject('e2e');

console.log(`\n${Math.round((Date.now() - startedAt) / 1000)} s`);
if (passed + failed === 0)
  console.error(`No test ran${words.length > 0 ? `: none has ${words.join(' or ')} in its path` : ''}.`);
for (const what of without) console.log(what);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

async function runProject(project: 'unit' | 'stack' | 'e2e'): Promise<void> {
  const vitest = await startVitest('test', words, options(project));
  count(vitest);
  await vitest.close();
}

async function hasTests(project: 'stack'): Promise<boolean> {
  const vitest = await createVitest('test', options(project));
  const files = await vitest.globTestSpecifications(words);
  await vitest.close();
  return files.length > 0;
}

function options(project: string) {
  return { root, project: [project], watch: false, run: true, passWithNoTests: true };
}

/** A skipped test, a file that can't be loaded and an error outside any test all count as failures: none may pass unseen. */
function count(vitest: Vitest): void {
  for (const module of vitest.state.getTestModules()) {
    for (const test of module.children.allTests()) {
      if (test.result().state === 'passed') passed += 1;
      else failed += 1;
      if (test.result().state === 'skipped') console.error(`Skipped, so counted as failed: ${test.fullName}`);
      without.push(...test.annotations().flatMap(({ type, message }) => (type === 'without' ? [message] : [])));
    }
    failed += module.errors().length;
  }
  failed += vitest.state.getUnhandledErrors().length;
}
