// The part of the bootstrap that only a fresh clone, or a changed package-lock.json, needs: `npm ci`, and the jars meanwhile.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** The owner of the install lock touches it every ten seconds. */
const lockFreshMs = 60_000;

/** `fail(message)` ends the process; `onStop(stop)` is called on a signal, and returns a function that ends this. */
export async function install({ root, ownNode, script, lockHash, fail, onStop }) {
  const stampFile = join(root, 'node_modules/.installed-lock');
  if (isAsListed(root, ownNode)) return writeFileSync(stampFile, lockHash);
  const lock = await takeLock(join(root, '.cache/install.lock'));
  try {
    // Another process may have installed while we waited for the lock.
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash) return;
    const npm = npmCommand(fail);
    const startedAt = Date.now();
    const progress = setInterval(() => {
      say(`  still installing, ${seconds(startedAt)} so far ...`);
      lock.touch();
    }, 10_000);
    say('Installing the packages that package-lock.json names (npm ci) ...');
    const guarded = (command, args, output) => runGuarded({ root, command, args, output, onStop });
    // The jars come over the network while npm is busy unpacking.
    const [code] = await Promise.all([guarded(...npm, 2), prefetchJars(root, script, guarded)]).finally(() =>
      clearInterval(progress),
    );
    if (code !== 0)
      fail(
        `npm ci failed (exit code ${code}); its own words are above. Is the network there, and the disk not full? Then start again.`,
      );
    writeFileSync(stampFile, lockHash);
    say(`  installed in ${seconds(startedAt)}`);
  } finally {
    lock.release();
  }
}

/** When only our stamp is missing, npm's own list of what it installed decides. */
function isAsListed(root, ownNode) {
  const listFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(listFile) || !existsSync(ownNode)) return false;
  const packagesIn = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packagesIn(listFile);
  return Object.entries(packagesIn(join(root, 'package-lock.json'))).every(
    ([path, { version, optional, link }]) =>
      !path.includes('node_modules/') || optional || link || installed[path]?.version === version,
  );
}

function npmCommand(fail) {
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.c?js$/.test(cli) && existsSync(cli)) return [process.execPath, [cli, ...flags]];
  const npm = onPath('npm');
  if (!npm) fail('npm was not found on PATH: it comes with Node (https://nodejs.org). Install it, and start again.');
  return [npm, flags];
}

/** Two tools started at once on a fresh clone: one installs, the other waits. A lock whose owner is dead counts for nothing. */
async function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  for (let isFirst = true; ; isFirst = false) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      const release = () => rmSync(file, { force: true });
      process.once('exit', release);
      return { release, touch: () => utimesSync(file, new Date(), new Date()) };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(file);
    if (owner) {
      if (isFirst) say(`Process ${owner} is installing the packages already: waiting for it ...`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    } else rmSync(file, { force: true });
  }
}

function ownerOf(file) {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    process.kill(owner, 0);
    return Date.now() - statSync(file).mtimeMs < lockFreshMs ? owner : null;
  } catch (error) {
    return error.code === 'EPERM' ? 'of another user' : null;
  }
}

/** Best effort: what it fails to fetch, the stack fetches later, and tells. */
async function prefetchJars(root, script, guarded) {
  const wantsStack =
    /tools[\\/](dev[\\/]start|repo[\\/]test)[\\/]main\.ts$/.test(script) &&
    (process.env.OMS_STACK || 'embedded') === 'embedded';
  const maven = onPath('mvn');
  const jars = join(root, '.cache/jars');
  if (!wantsStack || !maven || (existsSync(jars) && readdirSync(jars).length > 0)) return;
  const draft = join(root, '.cache/prefetch');
  const pom = join(root, 'tools/dev/stack/embedded/jars/pom.xml');
  await guarded(maven, ['--batch-mode', '--quiet', '--file', pom, 'validate', `-Djars=${draft}`], 'ignore');
  rmSync(draft, { recursive: true, force: true });
}

/** Runs a command in a group of its own that ends when we do, even by SIGKILL: a shell waits at the other end of a pipe from us. */
function runGuarded({ root, command, args, output, onStop }) {
  return new Promise((resolve) => {
    // Maven is a Java program: it reads paths on its command line by the locale.
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', output, output], detached: true, env });
    child.once('error', () => resolve(127));
    if (!child.pid) return;
    const script = 'read -r word; [ "$word" = done ] || kill -s TERM -- "-$0"';
    const guard = spawn('sh', ['-c', script, String(child.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    const forget = onStop((signal) => {
      process.kill(-child.pid, 'SIGTERM');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
    child.once('exit', (code) => {
      guard.stdin.end('done\n');
      forget();
      resolve(code ?? 1);
    });
  });
}

function onPath(program) {
  const folders = (process.env.PATH || '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) || null;
}

function seconds(since) {
  return `${Math.round((Date.now() - since) / 1000)} s`;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
