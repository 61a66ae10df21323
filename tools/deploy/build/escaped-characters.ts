// Writes characters beyond ASCII as escapes: with a single one, the text of the whole bundle takes two bytes a character in memory.

import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

// esbuild escapes texts and names by itself, regular expressions not. These packages have such.
const packages = /node_modules[\\/]liquidjs[\\/].*\.m?js$/;

export const escapedCharacters: Plugin = {
  name: 'escaped-characters',
  setup(build) {
    build.onLoad({ filter: packages }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return {
        contents: text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
      };
    });
  },
};
