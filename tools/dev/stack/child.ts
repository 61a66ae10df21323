// Starts a process with its own log file, registers it with the reaper, and records it in the data folder.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { explainLog, StackError } from './failure.ts';
import { identityOf, type ProcessRecord } from './process-identity.ts';
import { forget, reap } from './reaper.ts';

export type ChildOptions = {
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  logFile: string;
  /** Where its process id is written down, for the clean-up after a killed run. */
  runDir: string;
  uid?: number;
  gid?: number;
  stopSignal?: NodeJS.Signals;
  stopMs?: number;
};

export type ChildRecord = ProcessRecord & { name: string; stopSignal: NodeJS.Signals; parent: ProcessRecord };

export type Child = {
  name: string;
  pid: number;
  runDir: string;
  /** Resolves with "exit code 1" or "signal SIGKILL" when it has ended. */
  ended: Promise<string>;
  alive(): boolean;
  /** `stop` was called: its end is no accident. */
  isStopping(): boolean;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to stop, and kills it when it has not within `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  /** What it has written since it started, at most the last `bytesMax` of it. */
  output(bytesMax?: number): string;
};

/** A Java program that is stopped while it starts may wait for itself for ever, and it holds nothing that must be saved. */
const brokenOffMs = 2_000;

const living = new Set<Child>();
let closed = false;

export function startChild(options: ChildOptions): Child {
  if (closed) throw new StackError(`${options.name} is not started: everything is being stopped.`);
  mkdirSync(dirname(options.logFile), { recursive: true });
  mkdirSync(options.runDir, { recursive: true });
  const logOffset = existsSync(options.logFile) ? statSync(options.logFile).size : 0;
  const log = openSync(options.logFile, 'a');
  const stopSignal = options.stopSignal ?? 'SIGTERM';
  // A group of its own: Ctrl-C reaches only us, and we stop the parts in their order.
  const started = spawn(options.command, options.args, {
    stdio: ['ignore', log, log],
    detached: true,
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  closeSync(log);
  const pid = started.pid;
  if (pid !== undefined) reap(pid, stopSignal);
  const recordFile = join(options.runDir, `${options.name}.json`);
  if (pid !== undefined) writeRecord(recordFile, { name: options.name, pid, stopSignal });

  let alive = pid !== undefined;
  let stopping = false;
  const ended = new Promise<string>((resolve) => {
    const finish = (how: string) => {
      alive = false;
      living.delete(child);
      if (pid !== undefined) forget(pid);
      rmSync(recordFile, { force: true });
      resolve(how);
    };
    started.once('error', (error) => finish(error.message));
    started.once('exit', (code, signal) => finish(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  const child: Child = {
    name: options.name,
    pid: pid ?? -1,
    runDir: options.runDir,
    ended,
    alive: () => alive,
    isStopping: () => stopping,
    kill: (signal) => void (alive && started.kill(signal)),
    async stop(graceMs = options.stopMs ?? 10_000) {
      stopping = true;
      if (!alive) return;
      started.kill(stopSignal);
      started.kill('SIGCONT');
      const killer = setTimeout(() => started.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(killer);
    },
    output: (bytesMax = 65_536) => readFrom(options.logFile, logOffset, bytesMax),
  };
  if (alive) living.add(child);
  return child;
}

/** Resolves when `ready` says so; throws a StackError with the child's last lines when it dies first or takes too long. */
export async function untilReady(
  child: Child,
  ready: () => Promise<boolean>,
  { deadlineMs, signal, everyMs }: { deadlineMs?: number; everyMs?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const deadlineAt = performance.now() + (deadlineMs ?? 60_000);
  while (!(await ready())) {
    if (!child.alive()) throw new StackError(obituary(child, `ended while starting (${await child.ended})`));
    if (signal?.aborted) {
      await child.stop();
      throw new StackError(`${child.name} was stopped while starting: another part failed.`);
    }
    if (performance.now() > deadlineAt) {
      await child.stop();
      throw new StackError(obituary(child, `did not answer within ${(deadlineMs ?? 60_000) / 1000} s`));
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs ?? 50));
  }
}

/** Resolves when it has done its work and ended well; throws a StackError with its last lines when it has not. */
export async function untilDone(child: Child, watch: () => void = () => undefined): Promise<void> {
  const timer = setInterval(watch, 500);
  const how = await child.ended.finally(() => clearInterval(timer));
  if (how !== 'exit code 0') throw new StackError(obituary(child, `failed (${how})`));
}

/** Ends the children of this process for good, or those of one data folder: for a start that was broken off half-way. */
export async function stopChildren(runDir?: string): Promise<void> {
  if (runDir === undefined) closed = true;
  const wanted = [...living].filter((child) => runDir === undefined || child.runDir === runDir);
  await Promise.all(wanted.map((child) => child.stop(brokenOffMs)));
}

function obituary(child: Child, what: string): string {
  const output = child.output();
  const why = explainLog(output);
  const lines = output.trimEnd().split('\n').slice(-12);
  return [
    `${child.name} ${what}${why ? `: ${why}.` : '. Its last lines:'}`,
    ...lines.map((line) => `  | ${line}`),
  ].join('\n');
}

function writeRecord(file: string, options: { name: string; pid: number; stopSignal: NodeJS.Signals }): void {
  const parent = { pid: process.pid, identity: identityOf(process.pid) ?? '' };
  const record: ChildRecord = { ...options, identity: identityOf(options.pid) ?? '', parent };
  writeFileSync(file, JSON.stringify(record));
}

function readFrom(file: string, offset: number, bytesMax: number): string {
  const size = statSync(file).size;
  const from = Math.max(offset, size - bytesMax);
  const bytes = Buffer.alloc(Math.max(0, size - from));
  const fd = openSync(file, 'r');
  try {
    readSync(fd, bytes, 0, bytes.length, from);
  } finally {
    closeSync(fd);
  }
  return bytes.toString('utf8');
}
