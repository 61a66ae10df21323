// Leaves a version of an event out of a bundle's contracts: the service of before that version, to be run beside the one of today.

import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

type Contracts = { schemaTexts: readonly { event: string; version: number }[] };

const generated = /libs[\\/]contracts[\\/]src[\\/]generated[\\/]schemas\.ts$/;

/** @param name as the schema's file is called, such as `order-placed.v2`. The build fails when there is no such version. */
export function withoutSchema(name: string): Plugin {
  return {
    name: 'without-schema',
    setup(build) {
      build.onLoad({ filter: generated }, async ({ path }) => {
        const { schemaTexts } = (await import(pathToFileURL(path).href)) as Contracts;
        const kept = schemaTexts.filter(({ event, version }) => `${event}.v${version}` !== name);
        if (kept.length === schemaTexts.length) return { errors: [{ text: `The contracts have no ${name}.` }] };
        return { contents: `export const schemaTexts = ${JSON.stringify(kept)};` };
      });
    },
  };
}
