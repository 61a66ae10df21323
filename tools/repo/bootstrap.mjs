// From a fresh clone to a running tool: checks Node, installs what is missing, and runs the given .ts on the project's own Node 24.
// Plain JavaScript that any Node from 18 on reads. It writes to stderr only: stdout belongs to the tool.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const ownNode = join(root, 'node_modules/.bin/node');
const [script, ...args] = process.argv.slice(2);
const parentEveryMs = 500;

refuseOldNode();
if (!script) fail('bootstrap: name the tool to run, such as: node tools/repo/bootstrap.mjs tools/dev/start/main.ts');
const lockHash = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
if (read(join(root, 'node_modules/.installed-lock')) !== lockHash) {
  const { install } = await import('./bootstrap-install.mjs');
  await install({ root, ownNode, script, lockHash, fail, onStop });
}
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

/** The tool itself: our terminal and signals are its own; its exit code is ours. */
function run() {
  return new Promise((resolve) => {
    // Prisma's engine is WebAssembly, which Node 24 loads with a warning at every start.
    const child = spawn(ownNode, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
      stdio: 'inherit',
      env: {
        NODE_COMPILE_CACHE: join(root, '.cache/compiled'),
        ...process.env,
        ...withoutProxyForLoopback(process.env),
        OMS_BOOTSTRAP: String(process.pid),
      },
    });
    const sent = new Set();
    onStop((signal) => {
      if (!sent.has(signal)) child.kill(signal);
      sent.add(signal);
    });
    child.once('error', (error) => fail(`${ownNode} can't be run: ${error.message}. \`npm ci\` brings it again.`));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** Node reads these where NODE_USE_ENV_PROXY is set: parts of the stack on this machine are never reached through a proxy. */
function withoutProxyForLoopback(env) {
  const listed = (env.no_proxy || env.NO_PROXY || '').split(/[\s,]+/).filter(Boolean);
  const list = [...new Set([...listed, '127.0.0.1', 'localhost', '::1'])].join(',');
  return { no_proxy: list, NO_PROXY: list };
}

/** Calls `stop` for each signal that ends a process, and when npm, who started us, was killed. Returns how to end this. */
function onStop(stop) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  const before = ancestors();
  const watch = setInterval(() => ancestors() !== before && stop('SIGTERM'), parentEveryMs);
  watch.unref();
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.removeListener(signal, stop);
  };
}

/**
 * Who waits for us: npm, or the shell that npm runs us by, and npm. SIGKILL of theirs tells us nothing, but leaves us, or that shell,
 * to another parent. Whoever started us without npm may leave: a shell with `nohup ... &`, say.
 */
function ancestors() {
  if (!process.env.npm_lifecycle_event) return '';
  const parent = process.ppid;
  const command = read(`/proc/${parent}/cmdline`);
  if (!command || !/^\S*sh\0-c\0/.test(command)) return String(parent);
  const [, , grandparent] = (read(`/proc/${parent}/stat`) || '').replace(/^.*\)/, ')').split(' ');
  return `${parent} ${grandparent}`;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
