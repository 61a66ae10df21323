// Leaves a version of an event, and all later ones, out of a bundle: the service before that version, to run next to the present one.

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
        const first = schemaTexts.find(({ event, version }) => `${event}.v${version}` === name);
        if (!first) return { errors: [{ text: `The contracts have no ${name}.` }] };
        const kept = schemaTexts.filter(({ event, version }) => event !== first.event || version < first.version);
        return { contents: `export const schemaTexts = ${JSON.stringify(kept)};` };
      });
    },
  };
}
