// Pages name only what exists: files and folders, headings of other pages, npm scripts. A rename that forgets a page fails here.
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { files, has, pages, read, readJson } from './repository.ts';

const isPath = /(?<![\w./-])(?:apps|libs|tools|docker|k8s|docs)\/[\w./<>*-]+/g;
/** Placeholders, files that a release writes, and the service that docs/adding-a-service.md invents. */
const isExample = /[<>*]|CHANGELOG\.md|\bcourier\b/;

test('the files and folders that a page names exist', () => {
  const missing = pages.flatMap((page) =>
    [...read(page).matchAll(isPath)]
      .map(([path]) => path.replace(/[./]+$/, ''))
      .filter((path) => !isExample.test(path) && !files.some((file) => file.startsWith(path)))
      .map((path) => `${page} names ${path}`),
  );
  expect(missing).toEqual([]);
});

test('a file that a README names in code is in its project', () => {
  const isFile = /^[\w./-]*[\w-]+\.(?:ts|mjs|sql|prisma|yaml|avsc|md)$/;
  const readmes = pages.filter((page) => /^(apps|libs|tools)\/.*README\.md$/.test(page));
  const missing = readmes.flatMap((page) => {
    const here = files.filter((file) => file.startsWith(`${dirname(page)}/`));
    return [...read(page).matchAll(/`([^`\n]+)`/g)]
      .map(([, code = '']) => code)
      .filter((code) => isFile.test(code) && !here.some((file) => `/${file}`.endsWith(`/${code}`)) && !has(code))
      .map((code) => `${page} names ${code}`);
  });
  expect(missing).toEqual([]);
});

test('links lead to headings that exist', () => {
  const missing = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)]
      .map(([, path = '', anchor = '']) => ({
        target: path === '' ? page : normalize(join(dirname(page), path)),
        anchor,
      }))
      .filter(({ target, anchor }) => has(target) && !anchorsOf(target).includes(anchor))
      .map(({ target, anchor }) => `${page} -> ${target}#${anchor}`),
  );
  expect(missing).toEqual([]);
});

test('the npm scripts that a page names exist', () => {
  const { scripts } = readJson<{ scripts: Record<string, string> }>('package.json');
  const missing = pages.flatMap((page) =>
    [...read(page).matchAll(/npm run (?:-s )?([\w:-]+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !(name in scripts))
      .map((name) => `${page} names npm run ${name}`),
  );
  expect(missing).toEqual([]);
});

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
