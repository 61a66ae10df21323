// The files that Docker gets are those that an image is built from: one that .dockerignore leaves out would fail only inside the build.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { root } from '../../../database/migrate/databases.ts';
import { read } from '../../../repo/tidy/repository.ts';

test('Docker gets every folder of tools/ that an image is built from, and no other', async () => {
  const programs = readdirSync(join(root, 'tools/deploy/images/programs')).map(
    (file) => `tools/deploy/images/programs/${file}`,
  );
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['tools/deploy/images/parts.ts', ...programs],
    outdir: 'dist/never-written',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  const folders = Object.keys(metafile.inputs).flatMap((file) => /^tools\/([^/]+\/[^/]+)\//.exec(file)?.[1] ?? []);
  const given = [...read('.dockerignore').matchAll(/^!tools\/(\w+\/\w+)$/gm)].map(([, folder]) => folder);
  expect(given.toSorted()).toEqual([...new Set(folders)].toSorted());
});

test('the manifests that packages are installed by are those of the whole repository', () => {
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
  expect(read('docker/service.Dockerfile')).toContain(
    workspaces.map((workspace) => `${workspace}/package.json`).join(' '),
  );
});
