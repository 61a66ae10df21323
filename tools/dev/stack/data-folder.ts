// One run per data folder: claiming it refuses a second run, and cleans up what a killed one left behind.

import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { ChildRecord } from './child.ts';
import { StackError } from './failure.ts';
import { commandOf, identityOf, isRunning, type ProcessRecord } from './process-identity.ts';

export type DataFolder = { root: string; logs: string; run: string };
export type Holder = ProcessRecord & { command: string; since: string };

export function dataFolder(path: string): DataFolder {
  const root = resolve(path);
  return { root, logs: join(root, 'logs'), run: join(root, 'run') };
}

/** The data of `npm start`: .data/dev in the project, unless OMS_DATA names another folder. */
export function developmentData(env: NodeJS.ProcessEnv = process.env): string {
  return env['OMS_DATA'] || join(import.meta.dirname, '../../../.data/dev');
}

/** The run that holds this folder now, or null. */
export function holderOf(folder: DataFolder): Holder | null {
  const holder = readRecord<Holder>(holderFile(folder));
  return holder && isRunning(holder) ? holder : null;
}

/**
 * Takes the folder for this process and returns how to give it back. Orphans of a killed run are ended first.
 * Throws StackError when another run holds the folder.
 */
export async function claim(folder: DataFolder, say: (line: string) => void = () => undefined): Promise<() => void> {
  mkdirSync(folder.run, { recursive: true });
  const mine: Holder = {
    pid: process.pid,
    identity: identityOf(process.pid) ?? '',
    command: commandOf(process.pid).slice(0, 120),
    since: new Date().toISOString(),
  };
  const file = holderFile(folder);
  while (!createExclusive(file, JSON.stringify(mine))) {
    const holder = holderOf(folder);
    if (holder)
      throw new StackError(
        `The data folder ${fromHere(folder.root)} is in use by process ${holder.pid} (${holder.command}), running since ${holder.since}.\n` +
          `Stop that run (Ctrl-C in its terminal, or \`kill ${holder.pid}\`), or start this one on another folder and other ports: OMS_DATA=/another/folder`,
      );
    say('an earlier run was killed: cleaning up after it');
    rmSync(file, { force: true });
  }
  await endOrphans(folder, say);
  rotateLogs(folder);
  return () => {
    if (readRecord<Holder>(file)?.identity === mine.identity) rmSync(file, { force: true });
  };
}

/** Throws StackError when the disk of the folder has less than `neededMb` free. */
export function refuseFullDisk(folder: DataFolder, neededMb: number): void {
  mkdirSync(folder.root, { recursive: true });
  const { bavail, bsize } = statfsSync(folder.root);
  const freeMb = Math.floor((bavail * bsize) / 1_048_576);
  if (freeMb < neededMb)
    throw new StackError(
      `The disk of ${fromHere(folder.root)} has ${freeMb} MB free; the stack needs ${neededMb} MB.\n` +
        `Free some space (\`npm run reset\` clears the data of earlier runs), or move the data: OMS_DATA=/another/disk/folder npm start`,
    );
}

/** Ends processes whose run was killed, but only those that provably are still the ones written down; then forgets the run's notes. */
async function endOrphans(folder: DataFolder, say: (line: string) => void): Promise<void> {
  for (const name of readdirSync(folder.run).filter((entry) => !entry.startsWith('holder.json'))) {
    const file = join(folder.run, name);
    // A file without a parent tells of no process.
    const orphan = readRecord<Partial<ChildRecord>>(file);
    if (orphan?.parent && isRunning(orphan.parent)) continue;
    if (isChildRecord(orphan) && isRunning(orphan)) {
      say(`ending ${orphan.name} (process ${orphan.pid}), left behind by a killed run`);
      await endProcess(orphan, orphan.stopSignal);
    }
    rmSync(file, { force: true });
  }
}

function isChildRecord(record: Partial<ChildRecord> | null): record is ChildRecord {
  return record?.pid !== undefined && record.identity !== undefined && record.stopSignal !== undefined;
}

/** Asks a process that is not our child to stop, and kills it when it has not within five seconds. */
export async function endProcess(record: ProcessRecord, stopSignal: NodeJS.Signals): Promise<void> {
  const send = (signal: NodeJS.Signals) => {
    if (isRunning(record)) process.kill(record.pid, signal);
  };
  send(stopSignal);
  send('SIGCONT');
  const killAt = performance.now() + 5_000;
  while (isRunning(record)) {
    if (performance.now() > killAt) send('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Logs begin again with each run; the run before stays readable as *.previous.log. */
function rotateLogs(folder: DataFolder): void {
  mkdirSync(folder.logs, { recursive: true });
  for (const name of readdirSync(folder.logs).filter((entry) => /^[a-z-]+\.log$/.test(entry)))
    renameSync(join(folder.logs, name), join(folder.logs, name.replace(/\.log$/, '.previous.log')));
}

function holderFile(folder: DataFolder): string {
  return join(folder.run, 'holder.json');
}

/** A link appears with its whole text at once: no other run ever reads a half-written holder. */
function createExclusive(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readRecord<T>(file: string): T | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return null;
  }
}

function fromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
