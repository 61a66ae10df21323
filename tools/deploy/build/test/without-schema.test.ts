import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { root } from '../../../database/migrate/databases.ts';
import { withoutSchema } from '../without-schema.ts';

async function namesWithout(name: string): Promise<string[]> {
  const contents = "export { schemaTexts } from './libs/contracts/src/generated/schemas.ts';";
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
    plugins: [withoutSchema(name)],
  });
  const bundle = `data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`;
  const { schemaTexts } = (await import(bundle)) as { schemaTexts: { event: string; version: number }[] };
  return schemaTexts.map(({ event, version }) => `${event}.v${version}`);
}

test('a bundle of before a version has all earlier ones, and other events', async () => {
  const names = await namesWithout('order-placed.v2');
  expect(names).toContain('order-placed.v1');
  expect(names).toContain('order-status-changed.v1');
  expect(names).not.toContain('order-placed.v2');
});

test('a bundle of before the first version has none of that event', async () => {
  const names = await namesWithout('order-placed.v1');
  expect(names.filter((name) => name.startsWith('order-placed.'))).toEqual([]);
  expect(names).toContain('order-status-changed.v1');
});

test('a version that is not there fails the build', async () => {
  await expect(namesWithout('order-placed.v99')).rejects.toThrow('The contracts have no order-placed.v99.');
});
