// Takes node:http by `require` also where it is imported: the import looks at every export, and so loads Node's own fetch, 13 MB a process.

import type { Plugin } from 'esbuild';

export const httpByRequire: Plugin = {
  name: 'http-by-require',
  setup(build) {
    build.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement'
        ? { path: 'node:http', namespace: 'required' }
        : { path: 'node:http', external: true },
    );
    build.onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
    }));
  },
};
