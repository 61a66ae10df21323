// Bundles a service into apps/<service>/dist/: main.js starts faster and uses less memory, and an image needs no node_modules.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../migrate/databases.ts';
import { bundle } from './bundle.ts';
import { copyDocsPage } from './docs-page.ts';
import { isUnchanged, noteIngredients } from './unchanged.ts';

/**
 * Returns the bundle's path. Throws Error with esbuild's own message, or when there is no such service.
 * With `failpoints` it is a bundle of its own, in dist/failpoints/: what ships has none in it.
 */
export async function build(service: string, o: { failpoints?: boolean } = {}): Promise<string> {
  const entry = join(root, 'apps', service, 'src/main.ts');
  if (!existsSync(entry)) throw new Error(`There is no service "${service}": ${entry} does not exist.`);
  const out = join(root, 'apps', service, o.failpoints ? 'dist/failpoints' : 'dist');
  const outfile = join(out, 'main.js');
  const ingredients = join(out, 'made-from.json');
  if (existsSync(outfile) && isUnchanged(ingredients)) return outfile;
  const startedAtMs = Date.now();
  const inputs = await bundle({ entry, outfile, ...o });
  const copied = await copyDocsPage(service, join(out, 'docs-page'));
  noteIngredients(ingredients, [...inputs, ...copied], startedAtMs);
  return outfile;
}
