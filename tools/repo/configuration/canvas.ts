// The table "Environment" of a service's canvas: what it reads, in the words of its config.ts.

import type { Setting } from './settings.ts';
import { markdownTable } from './table.ts';

const heading = '## Environment\n';
const more = 'Allowed values, and all other settings: [docs/configuration.md](../../docs/configuration.md).';

/** The page with its section "Environment", which is the last, made again. Throws Error when it has none. */
export function withEnvironment(page: string, settings: readonly Setting[]): string {
  const at = page.indexOf(`\n${heading}`);
  if (at < 0) throw new Error(`The canvas has no "${heading.trim()}".`);
  const rows = settings.map((setting) => [`\`${setting.name}\``, tell(setting)]);
  return `${page.slice(0, at)}\n${heading}\n${markdownTable(['variable', 'what'], rows)}\n\n${more}\n`;
}

function tell({ about, fallback, needs }: Setting): string {
  return [
    about,
    ...(fallback === null ? [] : [`\`${fallback}\` unless set`]),
    ...(needs.length === 0 ? [] : [`with ${needs.map((name) => `\`${name}\``).join(' and ')}`]),
  ].join('; ');
}
