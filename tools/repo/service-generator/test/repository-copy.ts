// A virtual tree that holds some files of the repository, and a copy of all of it on disk with what a generator changed.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import { root } from '../../../database/migrate/databases.ts';
import { files, projects, read } from '../../tidy/repository.ts';

const run = promisify(execFile);
export const contracts = files.filter((file) => file.startsWith('libs/contracts/'));

export function treeOf(chosen: readonly string[]): Tree {
  const tree = createTree();
  tree.write('.prettierrc', read('.prettierrc.json'));
  for (const file of ['.prettierignore', ...chosen]) tree.write(file, read(file));
  return tree;
}

export function treeOfContracts(): Tree {
  return treeOf(contracts);
}

/** The file of the tree, which must be there. */
export function textIn(tree: Tree, file: string): string {
  const text = tree.read(file, 'utf8');
  if (text === null) throw new Error(`The tree has no ${file}.`);
  return text;
}

export type Copy = {
  /** Runs a program of `node_modules/.bin` in the copy; answers its exit code and all it printed. */
  run(program: string, ...args: string[]): Promise<{ code: number; output: string }>;
  remove(): Promise<void>;
};

/** Every file that git knows, with the tree's files in their place. Packages are those of this repository; `@oms/*` are the copy's. */
export async function copyWith(tree: Tree): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'oms-generated-'));
  for (const file of files) await cp(join(root, file), join(folder, file));
  for (const { path, content, type } of tree.listChanges()) {
    if (type === 'DELETE' || content === null) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await linkPackages(folder);
  // the tidy rules ask git which files there are
  await run('git', ['init', '--quiet'], { cwd: folder });
  return {
    run: (program, ...args) =>
      run(join(folder, 'node_modules/.bin', program), args, {
        cwd: folder,
        env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
      }).then(
        ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
        (error: { code: number; stdout: string; stderr: string }) => ({
          code: error.code,
          output: error.stdout + error.stderr,
        }),
      ),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function linkPackages(folder: string): Promise<void> {
  const packages = join(folder, 'node_modules');
  await mkdir(join(packages, '@oms'), { recursive: true });
  for (const name of await readdir(join(root, 'node_modules')))
    if (name !== '@oms') await symlink(join(root, 'node_modules', name), join(packages, name));
  // A project has packages of its own where its version is not that of the others.
  for (const project of projects) {
    const own = join(project, 'node_modules');
    if (existsSync(join(root, own)) && existsSync(join(folder, project)))
      await symlink(join(root, own), join(folder, own));
  }
  for (const lib of await readdir(join(root, 'libs')))
    await symlink(join(folder, 'libs', lib), join(packages, '@oms', lib));
}
