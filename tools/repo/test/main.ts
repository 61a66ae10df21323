// `npm test`: every test, or those whose path contains one of the words given. Its last line counts them.
import { relative } from 'node:path';
import { createVitest, type TestModule, type TestSpecification } from 'vitest/node';
import { generate } from '../../database/generate/generate.ts';
import { root } from '../../database/migrate/databases.ts';
import { buildMissingPrograms } from '../../deploy/kubernetes/programs.ts';
import { startTestStacks } from './test-stack.ts';
import { stackWorkers } from './workers.ts';

const slowestShown = 10;

const words = process.argv.slice(2);
const startedAtMs = Date.now();
let passed = 0;
let failed = 0;
/** What this machine lacks for a check that not every machine can run. */
const notChecked: string[] = [];

await generate();
// One process for all kinds: starting vitest costs as much CPU as a hundred unit tests.
const vitest = await createVitest('test', { root, watch: false, run: true, passWithNoTests: true });
await vitest.standalone();
const specifications = await vitest.globTestSpecifications(words);
const of = (kind: string) => specifications.filter(({ project }) => project.name === kind);

// What takes long and needs little of the processor continues beside the unit tests.
const programs = of('programs').length > 0 ? buildMissingPrograms() : Promise.resolve();
const stacks = of('stack').length > 0 ? startTestStacks(Math.min(stackWorkers(), of('stack').length)) : null;
stacks?.catch(() => undefined); // reported where it is awaited
await run(of('unit'));
if (stacks) {
  const running = await stacks;
  try {
    await run(of('stack'));
  } finally {
    await running.stop();
  }
}
await run(of('e2e'));
await programs;
await run(of('programs'));
const modules = vitest.state.getTestModules();
modules.forEach(count);
await vitest.close();

console.log(`\n${Math.round((Date.now() - startedAtMs) / 1000)} s`);
if (passed + failed === 0)
  console.error(`No test ran${words.length > 0 ? `: none has ${words.join(' or ')} in its path` : ''}.`);
for (const what of notChecked) console.log(what);
printSlowest();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

async function run(chosen: TestSpecification[]): Promise<void> {
  if (chosen.length === 0) return;
  const { unhandledErrors } = await vitest.runTestSpecifications(chosen);
  failed += unhandledErrors.length;
}

/** A skipped test, a file that cannot be loaded and an error outside any test count as failures, so that none goes unnoticed. */
function count(module: TestModule): void {
  for (const test of module.children.allTests()) {
    if (test.result().state === 'passed') passed += 1;
    else failed += 1;
    if (test.result().state === 'skipped') console.error(`Skipped, so counted as failed: ${test.fullName}`);
    notChecked.push(...test.annotations().flatMap(({ type, message }) => (type === 'without' ? [message] : [])));
  }
  failed += module.errors().length;
}

function printSlowest(): void {
  if (modules.length < 2) return;
  console.log('The slowest files:');
  const slowest = modules.toSorted((a, b) => durationMs(b) - durationMs(a)).slice(0, slowestShown);
  for (const module of slowest)
    console.log(`${(durationMs(module) / 1000).toFixed(1).padStart(7)} s  ${relative(root, module.moduleId)}`);
}

function durationMs(module: TestModule): number {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  return collectDuration + setupDuration + duration;
}
