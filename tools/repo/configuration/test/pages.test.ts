// What the pages say of settings is what the code reads, and no variable is left out.
import { describe, expect, test } from 'vitest';
import { Type } from '@oms/service-kit';
import { files, read, source } from '../../tidy/repository.ts';
import { withEnvironment } from '../canvas.ts';
import { parts } from '../elsewhere.ts';
import { stalePages } from '../generate.ts';
import { renderPage } from '../page.ts';
import { readers, settingsIn } from '../settings.ts';

test('docs/configuration.md and the canvases are up to date; if not: npm run generate', async () => {
  expect((await stalePages()).map(({ path }) => path)).toEqual([]);
});

test('every variable that the code or compose reads is on the page, and every one on the page is read', () => {
  const listed = parts.flatMap(({ variables }) => variables.map(([name]) => name));
  const own = /\b(OMS_[A-Z0-9]+(?:_[A-Z0-9]+)*|FAILPOINT)\b/g;
  const texts = [...source.filter((file) => !file.startsWith('tools/repo/configuration/')), 'docker/compose.yaml']
    .filter((file) => files.includes(file))
    .map(read);
  const used = new Set(texts.flatMap((text) => [...text.matchAll(own)].map(([name]) => name)));
  expect([...used].filter((name) => !listed.includes(name))).toEqual([]);
  // Ports and images are read by names that are put together.
  const madeUp = /^OMS_(PORT|IMAGE)_/;
  expect(listed.filter((name) => own.test(name) && !madeUp.test(name) && !used.has(name))).toEqual([]);
});

describe('a setting', () => {
  const schema = Type.Object({
    PORT: Type.Integer({ minimum: 0, maximum: 65_535, description: 'port to listen on' }),
    PAUSE_MS: Type.Integer({ minimum: 1, default: 5_000, description: 'pause' }),
    LEVEL: Type.Enum(['low', 'high'], { default: 'low', description: 'how loud' }),
    SHOP_URL: Type.Optional(Type.String({ pattern: '^https?://', needs: ['SHOP_KEY_FILE'], description: 'the shop' })),
    SHOP_KEY_FILE: Type.Optional(Type.String({ description: 'its key' })),
  });
  const settings = settingsIn(schema);

  test('is listed with its allowed values, its default, and the settings that it needs', () => {
    expect(
      settings.map(({ name, value, fallback, isRequired, needs }) => [name, value, fallback, isRequired, needs]),
    ).toEqual([
      ['PORT', 'whole number, 0 to 65,535', null, true, []],
      ['PAUSE_MS', 'whole number of milliseconds, 1 or more', '5000', false, []],
      ['LEVEL', '`low`, `high`', 'low', false, []],
      ['SHOP_URL', '`http://` or `https://` address', null, false, ['SHOP_KEY_FILE']],
      ['SHOP_KEY_FILE', 'path of a file', null, false, []],
    ]);
  });

  test('of several readers is one row, and one of one reader comes after it', () => {
    const page = renderPage([
      { name: 'kitchen', settings },
      { name: 'bar', settings: settings.slice(0, 1) },
    ]);
    expect(page).toMatch(
      /^\| `PORT` +\| whole number, 0 to 65,535 +\| \*\*needed\*\* +\| port to listen on +\| kitchen, bar +\|$/m,
    );
    expect(page.match(/^\| `PORT`/gm)).toHaveLength(1);
    expect(page.indexOf('`PORT`')).toBeLessThan(page.indexOf('`PAUSE_MS`'));
  });

  test('is in the canvas, whose other sections stay as they are', () => {
    const canvas = withEnvironment('# kitchen\n\n## Tables\n\nnone\n\n## Environment\n\nold\n', settings);
    expect(canvas).toMatch(/^# kitchen\n\n## Tables\n\nnone\n\n## Environment\n\n\| variable/);
    expect(canvas).toMatch(/^\| `SHOP_URL` +\| the shop; with `SHOP_KEY_FILE` +\|$/m);
    expect(canvas).not.toContain('old');
  });
});

test('every setting says what it is', async () => {
  for (const { name, settings } of await readers())
    for (const setting of settings) expect(setting.about, `${setting.name} of ${name}`).not.toBe('');
});
