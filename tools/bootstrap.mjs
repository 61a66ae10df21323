// From a fresh clone to a running tool: checks Node, installs what is missing, and runs the given .ts on the project's own Node 24.
// Plain JavaScript that any Node from 18 on reads. It writes to stderr only: stdout belongs to the tool.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const ownNode = join(root, 'node_modules/.bin/node');
const lockFile = join(root, 'package-lock.json');
const stampFile = join(root, 'node_modules/.installed-lock');
const installLockFile = join(root, '.cache/install.lock');
const [script, ...args] = process.argv.slice(2);
/** The owner of the install lock touches it every ten seconds. */
const lockFreshMs = 60_000;
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

refuseOldNode();
if (!script) fail('bootstrap: name the tool to run, such as: node tools/bootstrap.mjs tools/start/main.ts');
if (!isInstalled()) await install();
if (!existsSync(ownNode))
  fail(
    'node_modules has no Node of its own: the install scripts of the package "node" did not run.\n' +
      'Run `npm ci --ignore-scripts=false`, and look at `npm config get ignore-scripts`.',
  );
process.exitCode = await run();

function refuseOldNode() {
  if (Number(process.versions.node.split('.')[0]) >= 20) return;
  fail(
    `This project needs Node 20 or newer to begin with (it then brings its own); this is Node ${process.versions.node} at ${process.execPath}.\n` +
      'Install a newer one from https://nodejs.org or by your version manager (`nvm install 24`), and start again.',
  );
}

/** Equal lock files mean an equal node_modules; when only the stamp is missing, npm's own list of what it installed decides. */
function isInstalled() {
  const lock = readFileSync(lockFile);
  const hash = createHash('sha256').update(lock).digest('hex');
  if (read(stampFile) === hash) return true;
  const listed = read(join(root, 'node_modules/.package-lock.json'));
  if (listed === null || !existsSync(ownNode)) return false;
  const installed = JSON.parse(listed).packages;
  const wanted = Object.entries(JSON.parse(lock.toString()).packages);
  const missing = wanted.some(
    ([path, { version, optional, link }]) =>
      path.includes('node_modules/') && !optional && !link && installed[path]?.version !== version,
  );
  if (!missing) writeFileSync(stampFile, hash);
  return !missing;
}

async function install() {
  const release = await installLock();
  try {
    if (isInstalled()) return;
    const startedAt = Date.now();
    const told = setInterval(() => {
      say(`  still installing, ${seconds(startedAt)} so far ...`);
      utimesSync(installLockFile, new Date(), new Date());
    }, 10_000);
    say('Installing the packages that package-lock.json names (npm ci) ...');
    // The jars come over the network while npm is busy unpacking.
    const [code] = await Promise.all([guarded(...npmCommand()), prefetchJars()]).finally(() => clearInterval(told));
    if (code !== 0)
      fail(
        `npm ci failed (exit code ${code}); its own words are above. Is the network there, and the disk not full? Then start again.`,
      );
    writeFileSync(stampFile, createHash('sha256').update(readFileSync(lockFile)).digest('hex'));
    say(`  installed in ${seconds(startedAt)}`);
  } finally {
    release();
  }
}

function npmCommand() {
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.c?js$/.test(cli) && existsSync(cli)) return [process.execPath, [cli, ...flags]];
  const npm = onPath('npm');
  if (!npm) fail('npm was not found on PATH: it comes with Node (https://nodejs.org). Install it, and start again.');
  return [npm, flags];
}

/** Two tools started at once on a fresh clone: one installs, the other waits. A lock whose owner is dead counts for nothing. */
async function installLock() {
  const file = installLockFile;
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(read(file));
    if (owner && isAlive(owner) && Date.now() - statSync(file).mtimeMs < lockFreshMs) {
      if (!told) say(`Process ${owner} is installing the packages already: waiting for it ...`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    } else rmSync(file, { force: true });
  }
}

/** Best effort: what it fails to fetch, the stack fetches later, and tells. */
async function prefetchJars() {
  const wantsStack =
    /tools[\\/](start|test)[\\/]main\.ts$/.test(script) && (process.env.OMS_STACK || 'embedded') === 'embedded';
  const maven = onPath('mvn');
  const jars = join(root, '.cache/jars');
  if (!wantsStack || !maven || (existsSync(jars) && readdirSync(jars).length > 0)) return;
  const draft = join(root, '.cache/prefetch');
  const pom = join(root, 'tools/stack/embedded/jars/pom.xml');
  await guarded(maven, ['--batch-mode', '--quiet', '--file', pom, 'validate', `-Djars=${draft}`], 'ignore');
  rmSync(draft, { recursive: true, force: true });
}

/** Runs a command in a group of its own that ends when we do, even by SIGKILL: a shell waits at the other end of a pipe from us. */
function guarded(command, args, output = 2) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', output, output], detached: true });
    if (!child.pid) return child.once('error', () => resolve(127));
    const script = 'read -r word; [ "$word" = done ] || kill -s TERM -- "-$0"';
    const guard = spawn('sh', ['-c', script, String(child.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    const stop = (signal) => {
      process.kill(-child.pid, 'SIGTERM');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    };
    for (const signal of forwarded) process.once(signal, stop);
    child.once('exit', (code) => {
      guard.stdin.end('done\n');
      for (const signal of forwarded) process.removeListener(signal, stop);
      resolve(code ?? 1);
    });
  });
}

/** The tool itself: our terminal and signals are its own; its exit code is ours. */
function run() {
  return new Promise((resolve) => {
    // Prisma's engine is WebAssembly, which Node 24 loads with a warning at every start.
    const child = spawn(ownNode, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
      stdio: 'inherit',
      env: { ...process.env, OMS_BOOTSTRAP: String(process.pid) },
    });
    const sent = new Set();
    const forward = (signal) => {
      if (!sent.has(signal)) child.kill(signal);
      sent.add(signal);
    };
    for (const signal of forwarded) process.on(signal, forward);
    // npm killed by SIGKILL tells us nothing, but leaves us to another parent.
    const npm = process.ppid;
    if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== npm && forward('SIGTERM'), 500).unref();
    child.once('error', (error) => fail(`${ownNode} can't be run: ${error.message}. \`npm ci\` brings it anew.`));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

function onPath(program) {
  const folders = (process.env.PATH || '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) || null;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function seconds(since) {
  return `${Math.round((Date.now() - since) / 1000)} s`;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(message) {
  say(message);
  process.exit(1);
}
