// The Python program: pip installs its packages into a folder of their own, for the Python of this machine.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { wholeFolder } from '../../dev/command/whole-folder.ts';
import { onPath } from '../../dev/stack/embedded/java.ts';
import { cachedBy } from './cache.ts';
import { MissingToolError } from './missing.ts';
import { programOf, type Program } from './program.ts';

export type PythonPrograms = { readTopics: Program };

const home = join(import.meta.dirname, 'python');
const run = promisify(execFile);
const oldestMinor = 11;
const installMs = 240_000;

/** Throws MissingToolError when there is no Python 3 that is new enough, it has no pip, or pip can't bring the packages. */
export async function preparePython(env: NodeJS.ProcessEnv = process.env): Promise<PythonPrograms> {
  const python = onPath('python3', env);
  if (!python) throw missing('python3 was not found on PATH');
  // Compiled packages fit one version on one kind of machine.
  const { stdout } = await run(python, [
    '-c',
    'import sys, sysconfig; print(sys.version_info.minor, sysconfig.get_config_var("SOABI"))',
  ]);
  const [minor, abi] = stdout.trim().split(' ');
  if (Number(minor) < oldestMinor)
    throw missing(`the packages need Python 3.${oldestMinor} or newer, and python3 is 3.${minor}`);
  const requirements = join(home, 'requirements.txt');
  const packages = cachedBy('python', requirements, abi);
  if (!existsSync(packages)) await install(python, requirements, packages);
  return {
    readTopics: programOf(python, [join(home, 'read_topics.py')], { PYTHONPATH: packages, PYTHONUTF8: '1' }),
  };
}

/** By `--target`, as Debian's Python has no venv of its own. */
async function install(python: string, requirements: string, packages: string): Promise<void> {
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-input'];
  await run(python, [...pip, '--version']).catch(() => {
    throw missing('python3 has no pip');
  });
  console.log('  fetching the packages of the Python program, 60 MB, once');
  // Ready-made ones only: building librdkafka is not what a test should begin with.
  const which = ['--only-binary', ':all:', '--requirement', requirements];
  try {
    await wholeFolder(packages, async (draft) => {
      await run(python, [...pip, 'install', '--quiet', '--target', draft, ...which], { timeout: installMs });
    });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new MissingToolError(
      `pip could not bring the packages of tools/contracts/interop/python/requirements.txt: ${stderr.trim().split('\n').at(-1)}`,
    );
  }
}

function missing(what: string): MissingToolError {
  return new MissingToolError(`${what} (Debian: apt-get install python3 python3-pip; macOS: brew install python)`);
}
