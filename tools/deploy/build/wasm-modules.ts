// Copies an imported WebAssembly module next to the bundle: Node would otherwise resolve its imports, and warn at every start.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Plugin } from 'esbuild';

// TypeScript knows WebAssembly only together with all of a browser's types.
type Wasm = {
  Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): { module: string }[];
    exports(module: object): { name: string }[];
  };
};
const { Module } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;

export function wasmModules(outDir: string): Plugin {
  return {
    name: 'wasm-modules',
    setup(build) {
      build.onLoad({ filter: /\.wasm$/ }, async ({ path }) => {
        const bytes = await readFile(path);
        const module = new Module(bytes);
        await mkdir(outDir, { recursive: true });
        await writeFile(join(outDir, basename(path)), bytes);
        const sources = [...new Set(Module.imports(module).map((one) => one.module))];
        const names = Module.exports(module).map(({ name }) => name);
        return {
          contents: [
            "import { readFileSync } from 'node:fs';",
            ...sources.map((source, i) => `import * as source${i} from ${JSON.stringify(source)};`),
            `const bytes = readFileSync(new URL('./${basename(path)}', import.meta.url));`,
            'const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {',
            ...sources.map((source, i) => `  ${JSON.stringify(source)}: source${i},`),
            '});',
            ...names.map((name, i) => `const export${i} = exports[${JSON.stringify(name)}];`),
            `export { ${names.map((name, i) => `export${i} as ${JSON.stringify(name)}`).join(', ')} };`,
          ].join('\n'),
        };
      });
    },
  };
}
