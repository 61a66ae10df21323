// No process outlives its run, and no run starts while another uses the same data.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { startChild, untilDone, untilReady } from '../child.ts';
import { claim, dataFolder, refuseFullDisk, type DataFolder } from '../data-folder.ts';
import { identityOf, isRunning, type ProcessRecord } from '../process-identity.ts';

let folder: DataFolder;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = dataFolder(mkdtempSync(join(tmpdir(), 'oms-test-')));
});
afterEach(() => {
  for (const run of started.splice(0)) run.kill('SIGKILL');
  rmSync(folder.root, { recursive: true, force: true });
});

test('a run killed by SIGKILL leaves no child, not even one that ignores SIGTERM', async () => {
  const { run, children } = await startRun();

  run.kill('SIGKILL');

  await until('both children are gone', () => !children.some(isRunning), 10_000);
}, 15_000);

test('a second run on the same data folder is refused, with the first one named', async () => {
  const { run } = await startRun();

  await expect(claim(folder)).rejects.toThrow(new RegExp(`in use by process ${run.pid} [^]*kill ${run.pid}`));
});

test('what a killed run left is cleaned up by the next one', async () => {
  const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true, stdio: 'ignore' });
  started.push(orphan);
  const record = recordOf(orphan.pid ?? 0);
  const dead = { pid: 4_194_303, identity: 'gone' };
  await claim(folder).then((release) => release());
  writeFileSync(join(folder.run, 'holder.json'), JSON.stringify({ ...dead, command: 'npm start', since: 'yesterday' }));
  writeFileSync(
    join(folder.run, 'kafka.json'),
    JSON.stringify({ ...record, name: 'kafka', stopSignal: 'SIGTERM', parent: dead }),
  );
  writeFileSync(join(folder.run, 'stack.addresses'), '{"registryUrl":"of the dead run"}');
  const said: string[] = [];

  const release = await claim(folder, (line) => said.push(line));

  expect(isRunning(record)).toBe(false);
  expect(said.join('\n')).toContain(`ending kafka (process ${record.pid})`);
  release();
  expect(readdirSync(folder.run)).toEqual([]);
});

test('a process that got the number of a dead one is left alone', async () => {
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  started.push(stranger);
  await claim(folder).then((release) => release());
  writeFileSync(
    join(folder.run, 'kafka.json'),
    JSON.stringify({
      pid: stranger.pid,
      identity: 'another start time',
      name: 'kafka',
      stopSignal: 'SIGTERM',
      parent: { pid: 4_194_303, identity: 'gone' },
    }),
  );

  await claim(folder).then((release) => release());

  expect(isRunning(recordOf(stranger.pid ?? 0))).toBe(true);
});

test('a child that dies while it starts is reported with its last lines', async () => {
  const child = startNode('console.error("no such table: lunch"); process.exit(3)');

  await expect(untilReady(child, () => Promise.resolve(false))).rejects.toThrow(
    /dish ended while starting \(exit code 3\)[^]*\| no such table: lunch/,
  );
});

test('a child that dies of a full disk is reported as that', async () => {
  const child = startNode('console.error("write failed: No space left on device"); process.exit(1)');

  await expect(untilDone(child)).rejects.toThrow(/dish failed \(exit code 1\): the disk is full/);
});

test('a program that is not there is reported by name', async () => {
  const child = startChild({ ...optionsFor('missing'), command: '/no/such/program', args: [] });

  await expect(untilDone(child)).rejects.toThrow(/missing failed \(spawn \/no\/such\/program ENOENT\)/);
});

test('a disk with too little free space is refused before anything is written', () => {
  expect(() => refuseFullDisk(folder, 1_000_000_000)).toThrow(/MB free; the stack needs 1000000000 MB[^]*OMS_DATA=/);
});

test('a stopped child is forgotten: no record of it stays', async () => {
  const child = startNode('setInterval(() => {}, 1e6)');
  expect(existsSync(join(folder.run, 'dish.json'))).toBe(true);

  await child.stop();

  expect(existsSync(join(folder.run, 'dish.json'))).toBe(false);
});

function optionsFor(name: string) {
  return { name, logFile: join(folder.logs, `${name}.log`), runDir: folder.run };
}

function startNode(script: string) {
  return startChild({ ...optionsFor('dish'), command: process.execPath, args: ['-e', script] });
}

async function startRun(): Promise<{ run: ChildProcess; children: ProcessRecord[] }> {
  const run = spawn(process.execPath, [join(import.meta.dirname, 'left-behind.ts'), folder.root]);
  started.push(run);
  const line = await new Promise<string>((resolve, reject) => {
    run.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8')));
    run.stderr.once('data', (chunk: Buffer) => reject(new Error(chunk.toString('utf8'))));
  });
  const { children } = JSON.parse(line) as { children: number[] };
  return { run, children: children.map(recordOf) };
}

function recordOf(pid: number): ProcessRecord {
  return { pid, identity: identityOf(pid) ?? 'not running' };
}
