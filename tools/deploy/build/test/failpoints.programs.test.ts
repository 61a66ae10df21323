// Failpoints are only in the bundles for fault runs.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { failpoints } from '@oms/failpoint/catalogue';
import { build } from '../build.ts';

test('failpoints are in a bundle for fault runs, and in none that ships', async () => {
  const text = async (options: { failpoints: boolean }) => readFileSync(await build('gateway', options), 'utf8');
  expect(await text({ failpoints: true })).toContain('gateway.forwarding');
  const shipped = await text({ failpoints: false });
  expect(
    Object.keys(failpoints).filter((name) => shipped.includes(`"${name}"`) || shipped.includes(`'${name}'`)),
  ).toEqual([]);
  expect(shipped).not.toContain('FAILPOINT');
}, 60_000);
