// Pictures of pages, by the Chromium of the machine (Debian's package `chromium`).

import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outputOf, run } from '../../dev/command/run.ts';
import type { Drawn } from './draw-page.ts';

export type Camera = {
  take(drawn: Drawn, name: string): Promise<{ page: string; picture: string; kilobytes: number }>;
};

/** Throws Error that says what is missing. @param dirs where pages, and where pictures go */
export async function openCamera(dirs: { pages: string; pictures: string }): Promise<Camera> {
  if ((await run('chromium', ['--version'])).code !== 0)
    throw new Error('there is no chromium on PATH (Debian: apt-get install --no-install-recommends chromium)');
  mkdirSync(dirs.pages, { recursive: true });
  mkdirSync(dirs.pictures, { recursive: true });
  return {
    async take({ html, width, height }, name) {
      const [page, picture] = [join(dirs.pages, `${name}.html`), join(dirs.pictures, `${name}.png`)];
      writeFileSync(page, html);
      await outputOf('chromium', [
        ...['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-device-scale-factor=1'],
        ...['--disable-background-networking', '--no-first-run', `--user-data-dir=${join(dirname(page), '.chromium')}`],
        ...[`--window-size=${width},${height}`, `--screenshot=${picture}`, `file://${page}`],
      ]);
      return { page, picture, kilobytes: Math.round(statSync(picture).size / 1_024) };
    },
  };
}
