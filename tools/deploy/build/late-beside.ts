// Makes a file of its own, in late/ beside the bundle, of what our code imports only when it is asked for: the text of a program stays in its
// process's memory, and most never ask.

import { basename, dirname, join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** `make` bundles `entry` into `outfile`. What both files hold, each has for itself: a late part may share no state but the global one. */
export function lateBeside(outDir: string, make: (entry: string, outfile: string) => Promise<void>): Plugin {
  return {
    name: 'late-beside',
    setup(build) {
      build.onResolve({ filter: /^\..*\.ts$/ }, async ({ kind, path, importer }) => {
        if (kind !== 'dynamic-import' || importer.includes('node_modules')) return undefined;
        const name = `late/${basename(path, '.ts')}.js`;
        await make(resolve(dirname(importer), path), join(outDir, name));
        return { path: `./${name}`, external: true };
      });
    },
  };
}
