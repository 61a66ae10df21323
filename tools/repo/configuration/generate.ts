// Writes the pages that tell of settings, when what they are made from has changed: docs/configuration.md and each service's canvas.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { services } from '../../dev/stack/services.ts';
import { withEnvironment } from './canvas.ts';
import { renderPage } from './page.ts';
import { readers } from './settings.ts';

type Page = { path: string; text: string };

/** Those that are not as they must be, relative to the root. */
export async function stalePages(): Promise<Page[]> {
  const all = await readers();
  const canvases = services.map(async (service) => {
    const path = `apps/${service}/README.md`;
    const { settings = [] } = all.find(({ name }) => name === service) ?? {};
    return { path, text: withEnvironment(await readFile(join(root, path), 'utf8'), settings) };
  });
  const pages = [{ path: 'docs/configuration.md', text: renderPage(all) }, ...(await Promise.all(canvases))];
  const present = await Promise.all(pages.map(({ path }) => readFile(join(root, path), 'utf8').catch(() => null)));
  return pages.filter(({ text }, at) => present[at] !== text);
}

/** The paths of those that were written. */
export async function generatePages(): Promise<string[]> {
  const stale = await stalePages();
  await Promise.all(stale.map(({ path, text }) => writeFile(join(root, path), text)));
  return stale.map(({ path }) => path);
}
