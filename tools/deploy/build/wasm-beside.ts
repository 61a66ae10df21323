// Copies Prisma's query compiler next to the bundle, as bytes: as text inside the bundle it would stay in the memory of each process.

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

const textModule = /\.wasm-base64\.m?js$/;

/** The package's module exports base64 text, which the generated client hands to Buffer.from: that takes bytes as well. */
export function wasmBeside(outDir: string): Plugin {
  return {
    name: 'wasm-beside',
    setup(build) {
      build.onLoad({ filter: textModule }, async ({ path }) => {
        const { wasm } = (await import(pathToFileURL(path).href)) as { wasm: string };
        const name = basename(path).replace(textModule, '.wasm');
        await mkdir(outDir, { recursive: true });
        await writeFile(join(outDir, name), Buffer.from(wasm, 'base64'));
        return {
          contents: [
            "import { readFileSync } from 'node:fs';",
            `export const wasm = readFileSync(new URL('./${name}', import.meta.url));`,
          ].join('\n'),
        };
      });
    },
  };
}
