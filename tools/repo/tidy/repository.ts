// The files of the repository, for the tidy rules.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';

/** Files that git tracks, or would, relative to the root; generated ones are not among them. */
export const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));

export const services = readdirSync(join(root, 'apps')).filter((name) =>
  existsSync(join(root, 'apps', name, 'src/app.ts')),
);
export const projects = [
  ...['apps', 'libs'].flatMap((side) => readdirSync(join(root, side)).map((name) => `${side}/${name}`)),
  'tools',
];

export const code = files.filter((file) => /\.(ts|tsx|mjs|js)$/.test(file) && !file.includes('/generated/'));
export const source = code.filter((file) => !file.includes('/test/') && !/\.test\.ts$/.test(file));
export const pages = files.filter((file) => file.endsWith('.md'));

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

export function readJson<T>(file: string): T {
  return JSON.parse(read(file)) as T;
}

export function has(file: string): boolean {
  return existsSync(join(root, file));
}

/** The names in the table's first column, or the list's first `code`, under a `## heading` of a page. */
export function namesUnder(page: string, heading: string): string[] {
  const section =
    read(page)
      .split(/^## /m)
      .find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^(?:\||[-*])\s*`([^`]+)`/gm)].map(([, name]) => name ?? '');
}
