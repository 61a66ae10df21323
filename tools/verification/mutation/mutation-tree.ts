// A copy of the work tree in which lines are broken: sources by copy, packages by link, so that the work tree itself is never touched.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from 'esbuild';
import { databaseServices } from '../../dev/stack/index.ts';
import type { Mutant } from './mutant.ts';

export type MutationTree = {
  home: string;
  /** Breaks the lines; the function it answers restores them. @throws Error when a text does not occur exactly once */
  apply(mutant: Mutant): () => void;
};

export function openMutationTree(root: string, home: string): MutationTree {
  rmSync(home, { recursive: true, force: true });
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const generated = databaseServices.map((service) => `apps/${service}/src/store/generated`);
  for (const file of [...listed.toString().trim().split('\n'), ...generated]) {
    if (existsSync(join(root, file))) cpSync(join(root, file), join(home, file), { recursive: true });
  }
  linkPackages(root, home);
  return { home, apply: (mutant) => applyTo(home, mutant) };
}

/** Our own packages are links to folders: those must lead to the copies, or the mutants would never run. */
function linkPackages(root: string, home: string): void {
  const [from, to] = [join(root, 'node_modules'), join(home, 'node_modules')];
  mkdirSync(join(to, '@oms'), { recursive: true });
  for (const name of readdirSync(from)) if (name !== '@oms') symlinkSync(join(from, name), join(to, name));
  for (const name of readdirSync(join(from, '@oms'))) {
    symlinkSync(readlinkSync(join(from, '@oms', name)), join(to, '@oms', name));
  }
}

function applyTo(home: string, { id, edits }: Mutant): () => void {
  const originals = new Map<string, string>();
  for (const { file, search, replace } of edits) {
    const path = join(home, file);
    const text = readFileSync(path, 'utf8');
    if (!originals.has(path)) originals.set(path, text);
    const parts = text.split(search);
    if (parts.length !== 2)
      throw new Error(
        `${id}: its text occurs ${parts.length - 1} times in ${file}; it must occur once. Bring the mutant up to date.`,
      );
    const mutated = parts.join(replace);
    // Any proof would catch a mutant with a syntax error.
    if (path.endsWith('.ts')) transformSync(mutated, { loader: 'ts' });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, mutated);
  }
  return () => originals.forEach((text, path) => writeFileSync(path, text));
}
