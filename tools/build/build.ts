// Bundles a service into apps/<service>/dist/: main.js starts faster and uses less memory, and an image needs no node_modules.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build as bundle } from 'esbuild';
import { root } from '../migrate/databases.ts';
import { copyDocsPage } from './docs-page.ts';
import { httpByRequire } from './http-by-require.ts';
import { ownSourceMap } from './own-source-map.ts';
import { plainLetters } from './plain-letters.ts';
import { isUnchanged, noteIngredients } from './unchanged.ts';
import { wasmBeside } from './wasm-beside.ts';

/** What packages of the older module system expect to find in every module. */
const commonJsNames = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  "import { dirname as __dirnameOf } from 'node:path';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url);',
  'const __dirname = __dirnameOf(__filename);',
].join('\n');

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
  const { metafile } = await bundle({
    absWorkingDir: root,
    metafile: true,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    ...(!o.failpoints && { alias: { '@oms/failpoint': join(root, 'libs/failpoint/src/absent.ts') } }),
    sourcemap: true,
    sourcesContent: false,
    // One letter beyond Latin in a licence's comment, and the whole text takes two bytes a letter in memory.
    legalComments: 'external',
    // The text of a program stays in its process's memory. Names stay as they are, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [httpByRequire, plainLetters, wasmBeside(dirname(outfile))],
    banner: { js: commonJsNames },
    // pg's native client and ajv's and avsc's browser parts are optional: absent, they are not missed.
    external: ['pg-native'],
    logLevel: 'error',
  });
  const copied = await copyDocsPage(service, join(out, 'docs-page'));
  const mapFile = `${outfile}.map`;
  await writeFile(mapFile, ownSourceMap(await readFile(mapFile, 'utf8')));
  noteIngredients(ingredients, [...Object.keys(metafile.inputs), ...copied], startedAtMs);
  return outfile;
}
