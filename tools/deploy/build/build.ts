// Bundles a service into apps/<service>/dist/: main.js starts faster and uses less memory, and an image needs no node_modules.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { bundle } from './bundle.ts';
import { copyDocsPage } from './docs-page.ts';
import { isUnchanged, noteIngredients } from './unchanged.ts';

/**
 * Returns the bundle's path. Throws Error with esbuild's own message, or when there is no such service.
 * With `failpoints` it is a bundle of its own, in dist/failpoints/: what ships has none in it. So is the one whose contracts
 * are `before` a version such as `order-placed.v2`.
 */
export async function build(service: string, options: { failpoints?: boolean; before?: string } = {}): Promise<string> {
  const entry = join(root, 'apps', service, 'src/main.ts');
  if (!existsSync(entry)) throw new Error(`There is no service "${service}": ${entry} does not exist.`);
  const special = [
    ...(options.failpoints ? ['failpoints'] : []),
    ...(options.before ? [`before-${options.before}`] : []),
  ];
  const out = join(root, 'apps', service, 'dist', special.join('-'));
  const outfile = join(out, 'main.js');
  const ingredients = join(out, 'made-from.json');
  if (existsSync(outfile) && isUnchanged(ingredients)) return outfile;
  const startedAtMs = Date.now();
  const inputs = await bundle({ entry, outfile, ...options });
  const copied = await copyDocsPage(service, join(out, 'docs-page'));
  noteIngredients(ingredients, [...inputs, ...copied], startedAtMs);
  return outfile;
}
