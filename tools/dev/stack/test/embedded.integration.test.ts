// The embedded stack: started, killed, started again, and with a port in use.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { until } from '@oms/test-kit';
import type { ChildRecord } from '../child.ts';
import { dataFolder } from '../data-folder.ts';
import { databaseRole, databaseUrl } from '../databases.ts';
import { freePorts, startStack, type PartName, type Stack, type StackPorts } from '../index.ts';
import { isRunning } from '../process-identity.ts';
import { portVariable, type AllPorts } from '../ports.ts';

const folder = dataFolder(mkdtempSync(join(tmpdir(), 'oms-stack-')));
let ports: StackPorts;
let run: Run | undefined;

beforeAll(async () => {
  ports = await freePorts();
});
afterAll(async () => {
  run?.process.kill('SIGKILL');
  await run?.ended;
  rmSync(folder.root, { recursive: true, force: true });
});

test('a killed stack leaves no process, and its data and contracts are there again after the next start', async () => {
  run = await startRun();
  await withOrders((client) => client.query('CREATE TABLE lunch (dish text)'));
  await withOrders((client) => client.query("INSERT INTO lunch VALUES ('soup')"));
  await makeTopic('lunch-events');
  await registerSchema();
  const records = runRecords();
  expect(records.map(({ name }) => name).toSorted()).toEqual(['kafka', 'mail', 'postgres', 'registry']);

  run.process.kill('SIGKILL');

  await until('every process of the killed run is gone', () => !records.some(isRunning), 10_000);
  run = await startRun();
  const { rows } = await withOrders((client) => client.query('SELECT dish FROM lunch'));
  expect(rows).toEqual([{ dish: 'soup' }]);
  expect(await makeTopic('lunch-events')).toEqual([]);
  expect(await subjects()).toEqual(['lunch']);
}, 120_000);

test('a second start on the same data folder is refused, and says which process holds it', async () => {
  await expect(startStack({ dataDir: folder.root, ports: await freePorts() })).rejects.toThrow(
    `in use by process ${run?.process.pid} (`,
  );
});

test('each service logs in to its own database only', async () => {
  const server = `127.0.0.1:${ports.postgres}`;
  const trespasser = new pg.Client({ connectionString: databaseUrl(server, databaseRole('order'), 'oms_inventory') });

  await expect(trespasser.connect()).rejects.toThrow('permission denied for database "oms_inventory"');
});

test('SIGTERM stops everything in order and leaves the folder free', async () => {
  const records = runRecords();

  run?.process.kill('SIGTERM');
  await run?.ended;

  expect(records.some(isRunning)).toBe(false);
  expect(readdirSync(folder.run)).toEqual([]);
});

test('stale locks of a run that the machine took down do not hinder the next one; its parts are started again when they are killed', async () => {
  // What a power cut leaves: a lock file with a number that is somebody else's by now.
  writeFileSync(join(folder.root, 'postgres/18/postmaster.pid'), `${process.pid}\n${folder.root}\n1\n`);
  writeFileSync(join(folder.run, 'holder.json'), JSON.stringify({ pid: process.pid, identity: 'of another boot' }));

  const reports: string[] = [];
  const onDeath = (line: string) => void reports.push(line);
  const stack = await startStack({ provider: 'embedded', dataDir: folder.root, ports, onDeath });
  try {
    process.kill(stack.part('mail').pid, 'SIGKILL');
    await until(
      'the mail catcher is started again',
      () => reports.some((line) => line.startsWith('The mail catcher is ready again')),
      30_000,
    );
    expect(reports[0]).toMatch(/^The mail catcher ended \(signal SIGKILL\)/);
    await restartedByForce(stack);
  } finally {
    await stack.stop();
  }
}, 120_000);

test('a port in use is refused with its holder and the variable that moves it, before anything is started', async () => {
  const stranger = createServer().listen(ports.registry, '127.0.0.1');
  await new Promise((resolve) => stranger.once('listening', resolve));

  const refusal = startStack({ provider: 'embedded', dataDir: folder.root, ports });

  await expect(refusal).rejects.toThrow(`Port ${ports.registry} (registry) is in use by process ${process.pid} (`);
  await expect(refusal).rejects.toThrow('OMS_PORT_REGISTRY=');
  expect(readdirSync(folder.run)).toEqual([]);
  stranger.close();
});

type Run = { process: ChildProcess; ended: Promise<unknown> };

/** `tools/dev/stack/main.ts` as a process of its own, up. */
async function startRun(): Promise<Run> {
  const variables = Object.entries(ports).map(([name, port]) => [portVariable(name as keyof AllPorts), String(port)]);
  const started = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: { ...process.env, ...Object.fromEntries(variables), OMS_DATA: folder.root, OMS_STACK: '' },
  });
  const ended = new Promise((resolve) => started.once('exit', resolve));
  let output = '';
  started.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  started.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  await until(
    'the stack is up',
    () => {
      if (started.exitCode !== null) throw new Error(output);
      return output.includes('postgres://');
    },
    90_000,
  );
  return { process: started, ended };
}

function runRecords(): ChildRecord[] {
  return readdirSync(folder.run)
    .filter((name) => name.endsWith('.json') && name !== 'holder.json')
    .map((name) => JSON.parse(readFileSync(join(folder.run, name), 'utf8')) as ChildRecord);
}

async function restartedByForce(stack: Stack): Promise<void> {
  const restart = async (name: PartName) => {
    const part = stack.part(name);
    const before = part.pid;
    await part.kill('SIGKILL');
    await part.start();
    expect(part.pid, name).not.toBe(before);
  };
  await Promise.all([restart('postgres'), restart('kafka'), restart('mail')]);
  await restart('registry');
  expect(await subjects()).toEqual(['lunch']);
}

async function withOrders<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl(`127.0.0.1:${ports.postgres}`, databaseRole('order')) });
  await client.connect();
  return work(client).finally(() => client.end());
}

/** The names of the topics that it made. */
async function makeTopic(name: string): Promise<string[]> {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const { admin } = createKafka({ clientId: 'test', brokers: [`127.0.0.1:${ports.kafka}`], logger });
  return admin.ensureTopics([{ name, partitions: 1, config: {} }]).finally(() => admin.close());
}

function registryAt(path: string): string {
  return `http://127.0.0.1:${ports.registry}/apis/ccompat/v7${path}`;
}

async function registerSchema(): Promise<void> {
  const reply = await fetch(registryAt('/subjects/lunch/versions'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schema: '{"type":"record","name":"Lunch","fields":[]}' }),
  });
  expect(reply.status).toBe(200);
}

async function subjects(): Promise<unknown> {
  return (await fetch(registryAt('/subjects'))).json();
}
