// Helm, kubeconform and actionlint: found on PATH, or built once with Go into the project's .cache folder.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { outputOf, run } from '../../dev/command/run.ts';
import { wholeFolder } from '../../dev/command/whole-folder.ts';

const wanted = {
  helm: { module: 'helm.sh/helm/v4/cmd/helm', version: 'v4.3.1', ask: ['version', '--short'], likes: /^v4\./ },
  kubeconform: {
    module: 'github.com/yannh/kubeconform/cmd/kubeconform',
    version: 'v0.7.0',
    ask: ['-v'],
    likes: /^v?0\.[78]\./,
  },
  actionlint: {
    module: 'github.com/rhysd/actionlint/cmd/actionlint',
    version: 'v1.7.12',
    ask: ['-version'],
    likes: /^v?1\.7\./,
  },
} as const;

export type Program = keyof typeof wanted;

const cache = join(root, '.cache/programs');

/**
 * The command of a program of the version that is wanted, built now if it has to be. Throws Error that says what is missing:
 * Go, or what it said.
 */
export async function programOf(name: Program): Promise<string> {
  const { module, version, ask, likes } = wanted[name];
  const found = await run(name, ask);
  if (found.code === 0 && likes.test(found.out.trim())) return name;
  const home = join(cache, `${name}-${version}`);
  const built = join(home, name);
  if (existsSync(built)) return built;
  if ((await run('go', ['version'])).code !== 0)
    throw new Error(`there is no ${name} ${version} on PATH, and no Go to build it with`);
  await wholeFolder(home, async (draft) => {
    mkdirSync(draft);
    await outputOf('go', ['install', '-trimpath', '-ldflags', '-s -w', `${module}@${version}`], {
      env: { GOBIN: draft, GOFLAGS: '', CGO_ENABLED: '0' },
      cwd: draft,
    });
  });
  return built;
}

/** Builds what is not there yet. What cannot be built is reported by the tests that need it. */
export async function buildMissingPrograms(): Promise<void> {
  for (const name of Object.keys(wanted) as Program[]) await programOf(name).catch(() => undefined);
}
