// `npm run mutants`: breaks the dangerous lines of the code, one after the other, and shows which proof fails. A mutant that no proof
// detects means that a proof is missing.
import { join, relative } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { generate } from '../../database/generate/generate.ts';
import { migrationDirs, root } from '../../database/migrate/databases.ts';
import { claim, dataFolder } from '../../dev/stack/data-folder.ts';
import { failureText } from '../../dev/stack/failure.ts';
import { makeTemplates, startTestStacks } from '../../repo/test/test-stack.ts';
import { mutants } from './all.ts';
import type { Mutant, Proof } from './mutant.ts';
import { runProof } from './run-proof.ts';
import { openMutationTree, type MutationTree } from './mutation-tree.ts';

type Caught = { id: string; breaks: string; by: Proof | null; failed: string; seconds: number };

const folder = dataFolder(join(root, '.data/mutants'));
const home = join(folder.root, 'tree');
const options = new Command()
  .name('npm run mutants --')
  .description('Breaks dangerous lines, one at a time, and shows which proof catches each.')
  .option('--only <ids>', 'these mutants, separated by commas', (ids: string) => ids.split(','))
  .option('--part <n/of>', 'one of so many parts of the list, such as 1/4', partOf)
  .option('--proof <proof>', 'this proof alone, such as "simulate 50", to see what it catches by itself', proofIn)
  .option('--list', 'print the mutants, and run nothing', false)
  .parse()
  .opts<{ only?: string[]; part?: { number: number; of: number }; proof?: Proof; list: boolean }>();

try {
  const chosen = choose();
  process.exitCode = options.list ? list(chosen) : await run(chosen);
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}

function choose(): Mutant[] {
  const { only, part, proof } = options;
  const unknown = (only ?? []).filter((id) => !mutants.some((mutant) => mutant.id === id));
  if (unknown.length > 0) throw new Error(`There is no mutant ${unknown.join(', ')}; --list shows all.`);
  return mutants
    .filter(({ id }) => only === undefined || only.includes(id))
    .filter((_, index) => part === undefined || index % part.of === part.number - 1)
    .map((mutant) => (proof ? { ...mutant, proofs: [proof] } : mutant));
}

async function run(chosen: readonly Mutant[]): Promise<number> {
  const release = await claim(folder);
  process.once('exit', release);
  await generate();
  const tree = openMutationTree(root, home);
  const proofs = [...new Set(chosen.flatMap((mutant) => mutant.proofs))];
  const stack = proofs.some((proof) => proof.startsWith('stack')) ? await startTestStacks(1) : null;
  try {
    await refuseBrokenProofs(proofs);
    const caught: Caught[] = [];
    for (const mutant of chosen) {
      const one = await tryOne(tree, mutant, stack?.stacks[0]?.adminDatabaseUrl);
      console.error(`  ${one.by ? 'caught  ' : 'SURVIVED'} ${one.id} (${one.seconds.toFixed(0)} s)`);
      caught.push(one);
    }
    return printResults(caught);
  } finally {
    await stack?.stop();
  }
}

/** What fails without a mutant catches nothing. */
async function refuseBrokenProofs(proofs: readonly Proof[]): Promise<void> {
  for (const proof of proofs) {
    const logFile = join(folder.logs, 'without-mutants.log');
    const { outcome } = await runProof({ home, proof, logFile });
    if (outcome !== 'passed')
      throw new Error(
        `"${proof}" ${outcome} without any mutant, so it proves nothing; see ${relative(root, logFile)}.`,
      );
  }
}

async function tryOne(tree: MutationTree, mutant: Mutant, adminDatabaseUrl: string | undefined): Promise<Caught> {
  const { id, breaks, edits } = mutant;
  const startedAtMs = performance.now();
  const restore = tree.apply(mutant);
  const touchesTables = adminDatabaseUrl !== undefined && edits.some(({ file }) => file.endsWith('.sql'));
  try {
    if (touchesTables) await makeTemplates(adminDatabaseUrl, dirsInTree);
    const logFile = join(folder.logs, `${id.replace(/\W/g, '-')}.log`);
    const seconds = () => (performance.now() - startedAtMs) / 1_000;
    const unfinished: Proof[] = [];
    for (const proof of mutant.proofs) {
      const ran = await runProof({ home, proof, logFile });
      if (ran.outcome === 'failed') return { id, breaks, by: proof, failed: ran.failure, seconds: seconds() };
      if (ran.outcome === 'ran out of time') unfinished.push(proof);
    }
    const failed = unfinished.length > 0 ? `ran out of time: ${unfinished.join(', ')}` : '';
    return { id, breaks, by: null, failed, seconds: seconds() };
  } finally {
    restore();
    if (touchesTables) await makeTemplates(adminDatabaseUrl);
  }
}

function dirsInTree(service: string): string[] {
  return migrationDirs(service).map((dir) => join(home, relative(root, dir)));
}

function printResults(caught: readonly Caught[]): number {
  for (const { id, breaks, by, failed, seconds } of caught) {
    console.log(`${id}: ${breaks}\n  ${by ?? 'SURVIVED'}, ${seconds.toFixed(1)} s\n  ${failed.slice(0, 200)}\n`);
  }
  const survivors = caught.filter(({ by }) => by === null);
  console.log(
    `\n${caught.length} mutants, ${survivors.length} survived${survivors.map(({ id }) => ` ${id}`).join('')}`,
  );
  return survivors.length === 0 ? 0 : 1;
}

function list(chosen: readonly Mutant[]): number {
  for (const { id, breaks, edits, proofs } of chosen) {
    console.log(
      `${id}\n  ${breaks}\n  in ${edits.map(({ file }) => file).join(', ')}\n  to be caught by ${proofs.join(', ')}`,
    );
  }
  return 0;
}

function partOf(text: string): { number: number; of: number } {
  const [, number, of] = /^([1-9]\d?)\/([1-9]\d?)$/.exec(text) ?? [];
  if (number !== undefined && Number(number) <= Number(of)) return { number: Number(number), of: Number(of) };
  throw new InvalidArgumentError('It must be a part such as 1/4.');
}

function proofIn(text: string): Proof {
  if (/^((unit|stack) \S+|simulate \d{1,5})$/.test(text)) return text as Proof;
  throw new InvalidArgumentError(
    'It must be such as "unit apps/order/test/order.test.ts", "stack ..." or "simulate 50".',
  );
}
