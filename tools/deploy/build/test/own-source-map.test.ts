// A stack trace shows our own lines, and the source map has no lines of packages.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownSourceMap } from '../own-source-map.ts';

const place = mkdtempSync(join(tmpdir(), 'oms-map-'));
let bundle: string;
let fullMap: string;

beforeAll(async () => {
  mkdirSync(join(place, 'node_modules/spice'), { recursive: true });
  writeFileSync(
    join(place, 'node_modules/spice/index.js'),
    'export function salt(dish) {\n  return dish + "salt";\n}\n',
  );
  writeFileSync(join(place, 'soup.ts'), 'export const soup: string =\n  "soup of the day";\n');
  writeFileSync(
    join(place, 'main.ts'),
    'import { salt } from "spice";\nimport { soup } from "./soup.ts";\n\nconsole.log(salt(soup));\nconsole.log("enjoy");\n',
  );
  const outfile = join(place, 'main.js');
  await build({
    entryPoints: [join(place, 'main.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    sourcemap: true,
    minifyWhitespace: true,
  });
  bundle = readFileSync(outfile, 'utf8');
  fullMap = readFileSync(`${outfile}.map`, 'utf8');
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

test.each([
  ['soup of the day', 'soup.ts', 1],
  ['console.log(salt', 'main.ts', 3],
  ['"enjoy"', 'main.ts', 4],
])('%s is found where it was written', (text, file, line) => {
  expect(entryOf(ownSourceMap(fullMap), text)).toMatchObject({
    originalSource: expect.stringMatching(new RegExp(`${file}$`)) as string,
    originalLine: line,
    originalColumn: entryOf(fullMap, text).originalColumn,
  });
});

test('the text of a package leads nowhere', () => {
  expect(entryOf(fullMap, 'return dish')).toMatchObject({ originalSource: expect.stringContaining('spice') as string });
  expect(entryOf(ownSourceMap(fullMap), 'return dish')).not.toMatchObject({
    originalSource: expect.anything() as string,
  });
});

test('no source under node_modules is named', () => {
  const { sources } = JSON.parse(ownSourceMap(fullMap)) as SourceMapPayload;

  expect(sources.map((source) => source.split('/').at(-1))).toEqual(['soup.ts', 'main.ts']);
});

function entryOf(map: string, text: string): { originalColumn?: number } {
  const at = bundle.indexOf(text);
  expect(at).toBeGreaterThanOrEqual(0);
  const before = bundle.slice(0, at).split('\n');
  return new SourceMap(JSON.parse(map) as SourceMapPayload).findEntry(before.length - 1, before.at(-1)?.length ?? 0);
}
