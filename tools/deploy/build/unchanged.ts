// Skips a bundle that would be the same: the inputs of the last one are recorded next to it, with size and time of change.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';

type Ingredients = Record<string, string>;

const recipe = [
  'build.ts',
  'bundle.ts',
  'docs-page.ts',
  'http-by-require.ts',
  'own-source-map.ts',
  'escaped-characters.ts',
  'wasm-beside.ts',
  'wasm-modules.ts',
  'without-schema.ts',
].map((name) => `tools/deploy/build/${name}`);

/** Whether everything that the last bundle was made of is as it was then. */
export function isUnchanged(listFile: string): boolean {
  if (!existsSync(listFile)) return false;
  const noted = JSON.parse(readFileSync(listFile, 'utf8')) as Ingredients;
  return Object.entries(noted).every(([path, state]) => stateOf(path) === state);
}

/** `inputs` are relative to the root. A file that changed since `startedAtMs` is noted as never equal: the bundle may hold what it was before. */
export function noteIngredients(listFile: string, inputs: readonly string[], startedAtMs: number): void {
  // What a plugin made up has a name with a colon, and no file.
  const paths = [...inputs.filter((path) => !path.includes(':')), ...recipe];
  const states = paths.map((path) => [path, changedSince(path, startedAtMs) ? 'changing' : stateOf(path)]);
  writeFileSync(listFile, JSON.stringify(Object.fromEntries(states)));
}

function changedSince(path: string, atMs: number): boolean {
  return (statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? Infinity) >= atMs;
}

function stateOf(path: string): string {
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  return found ? `${found.size} ${found.mtimeMs}` : 'gone';
}
