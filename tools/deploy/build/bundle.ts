// Bundles a program into one file that needs no node_modules; the files that it reads at run time are next to it.

import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from '../../database/migrate/databases.ts';
import { httpByRequire } from './http-by-require.ts';
import { lateBeside } from './late-beside.ts';
import { ownSourceMap } from './own-source-map.ts';
import { escapedCharacters } from './escaped-characters.ts';
import { wasmBeside } from './wasm-beside.ts';
import { wasmModules } from './wasm-modules.ts';
import { withoutSchema } from './without-schema.ts';

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
 * Writes `outfile` and its source map, and returns the files that it was made of, relative to the root.
 * Without `failpoints` there are none in it; its contracts are those `before` a version such as `order-placed.v2`, if one is
 * named. Throws Error with esbuild's own message.
 *
 * @param options.classNames keep them all as they are, for a package that asks a class for its name: two of one name become different ones
 */
export async function bundle(options: {
  entry: string;
  outfile: string;
  failpoints?: boolean;
  before?: string;
  classNames?: boolean;
}): Promise<string[]> {
  const late: string[] = [];
  const makeLate = async (entry: string, outfile: string) => {
    late.push(...(await bundle({ ...options, entry, outfile })));
  };
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: [options.entry],
    outfile: options.outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    ...(!options.failpoints && { alias: { '@oms/failpoint': join(root, 'libs/failpoint/src/absent.ts') } }),
    sourcemap: true,
    sourcesContent: false,
    // One letter beyond Latin in a licence's comment, and the whole text takes two bytes a letter in memory.
    legalComments: 'external',
    // The text of a program stays in its process's memory. Names stay as they are, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: options.classNames ?? false,
    plugins: [
      ...[
        httpByRequire,
        escapedCharacters,
        wasmBeside(dirname(options.outfile)),
        wasmModules(dirname(options.outfile)),
      ],
      lateBeside(dirname(options.outfile), makeLate),
      ...(options.before === undefined ? [] : [withoutSchema(options.before)]),
    ],
    banner: { js: commonJsNames },
    // pg's native client and ajv's and avsc's browser parts are optional: absent, they are not missed.
    external: ['pg-native'],
    logLevel: 'error',
  });
  const mapFile = `${options.outfile}.map`;
  await writeFile(mapFile, ownSourceMap(await readFile(mapFile, 'utf8')));
  return [...new Set([...Object.keys(metafile.inputs), ...late])];
}
