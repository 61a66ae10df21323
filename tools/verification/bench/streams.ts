// `npm run bench -- streams`: what idle event streams cost in memory, and how soon each client has the change of its order.

import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { signIn, type ApiCaller } from '../../dev/client/client.ts';
import { root } from '../../database/migrate/databases.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { freePorts, startStack, type Progress } from '../../dev/stack/index.ts';
import { openFilesMax } from '../../dev/stack/open-files.ts';
import { residentMb } from '../../dev/start/resident-memory.ts';
import { deployedFlags } from '../../dev/start/service-process.ts';
import { freeServicePorts, startSystem } from '../../dev/start/system.ts';
import { addItem, expect } from './bench-system.ts';

export type StreamFigures = {
  clients: number;
  /** What the process has more than before, with all streams open and idle. */
  memoryMb: { gateway: number; order: number };
  /** From the change, before its commit, until its client has the frame. */
  frameMs: { p50: number; p99: number; most: number };
  changesPerSecond: number;
  /** Clients that did not get exactly the change of their order. */
  wrong: number;
};

type Client = { change?: { version: number; ms: number }; frames: number; response: IncomingMessage };

/** Fewer than the streams that one caller may have. */
const ordersOfOneCustomer = 25;
const concurrency = 16;
/** The gateway needs two for each stream, and others. */
const otherFiles = 500;
const allSentMs = 60_000;

export async function measureStreams({ clients: count, progress }: { clients: number; progress: Progress }) {
  if (openFilesMax() < 2 * count + otherFiles) {
    throw new Error(`${count} streams need ${2 * count + otherFiles} open files: raise the limit, \`ulimit -Hn\`.`);
  }
  const dataDir = join(root, '.data/bench');
  await clearData(dataFolder(dataDir));
  const stack = await startStack({ dataDir, ports: await freePorts(), progress });
  try {
    const system = await progress.step('services', async () =>
      startSystem({
        stack,
        flags: deployedFlags,
        ports: await freeServicePorts(),
        logDir: join(dataDir, 'logs'),
        env: { STREAMS_MAX: String(count) },
      }),
    );
    const memoryOf = (service: 'gateway' | 'order') => residentMb(system.service(service).pid);
    try {
      const gatewayUrl = system.urls.gateway;
      const api = { gatewayUrl, issuerUrl: stack.issuerUrl };
      const staff = await signIn(api, 'staff');
      const itemId = await addItem(staff, 'Dish');
      const customers = await Promise.all(
        Array.from({ length: Math.ceil(count / ordersOfOneCustomer) }, () => signIn(api, 'customer')),
      );
      const orders = await progress.step(`${count} orders`, () => placeAll(customers, itemId, count));
      const before = { gateway: memoryOf('gateway'), order: memoryOf('order') };
      const clients = new Map<string, Client>();
      await progress.step(`${count} streams`, () =>
        inTurns(orders, async ({ id, token }) => {
          clients.set(id, await follow(`${gatewayUrl}/v1/orders/${id}/events`, token));
        }),
      );
      const memoryMb = { gateway: memoryOf('gateway') - before.gateway, order: memoryOf('order') - before.order };
      const startedMs = performance.now();
      await progress.step(`${count} changes`, () =>
        inTurns(orders, async ({ id }) => {
          expect(await staff.patch(`/v1/orders/${id}/status`, { status: 'PREPARING' }), 200);
        }),
      );
      const seconds = (performance.now() - startedMs) / 1_000;
      await allSent([...clients.values()]);
      const figures = figuresOf([...clients.values()]);
      for (const { response } of clients.values()) response.destroy();
      return { clients: count, memoryMb, ...figures, changesPerSecond: Math.round(count / seconds) };
    } finally {
      await system.stop();
    }
  } finally {
    await stack.stop();
  }
}

export function describeStreams({ clients, memoryMb, frameMs, changesPerSecond, wrong }: StreamFigures): string {
  return [
    `${clients} idle streams through the gateway: ${memoryMb.order} MB more in order, ${memoryMb.gateway} MB more in the gateway`,
    `from the change to the frame of its client: p50 ${frameMs.p50} ms, p99 ${frameMs.p99} ms, at most ${frameMs.most} ms, at ${changesPerSecond} changes/s`,
    `clients that did not get exactly the change of their order: ${wrong}`,
  ].join('\n');
}

async function placeAll(customers: readonly ApiCaller[], itemId: string, count: number) {
  const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
  const orders: { id: string; token: string }[] = [];
  const numbers = Array.from({ length: count }, (_, number) => number);
  await inTurns(numbers, async (number) => {
    const customer = customers[Math.floor(number / ordersOfOneCustomer)]!;
    const placed = await customer.post('/v1/orders', { items: [{ itemId, quantity: 1 }], deliveryAddress });
    orders.push({ id: (expect(placed, 201) as { id: string }).id, token: customer.token });
  });
  return orders;
}

/** Resolves with the first frame, the present state. */
async function follow(url: string, token: string): Promise<Client> {
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}` };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject);
  });
  if (response.statusCode !== 200) throw new Error(`A stream was refused: ${response.statusCode}`);
  const client: Client = { frames: 0, response };
  const first = Promise.withResolvers<void>();
  let rest = '';
  response.setEncoding('utf8').on('error', () => {});
  response.on('data', (chunk: string) => {
    const frames = (rest + chunk).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      if (frame.includes('event: reset')) first.resolve();
      if (!frame.includes('event: change')) continue;
      client.frames += 1;
      const { change } = JSON.parse(frame.slice(frame.indexOf('data: ') + 6)) as {
        change: { version: number; at: string };
      };
      client.change = { version: change.version, ms: Date.now() - Date.parse(change.at) };
    }
  });
  await first.promise;
  return client;
}

async function allSent(clients: readonly Client[]): Promise<void> {
  const end = performance.now() + allSentMs;
  while (clients.some(({ frames }) => frames === 0) && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function figuresOf(clients: readonly Client[]): Pick<StreamFigures, 'frameMs' | 'wrong'> {
  const durations = clients.flatMap(({ change }) => change?.ms ?? []).sort((a, b) => a - b);
  const at = (part: number) => durations[Math.min(durations.length - 1, Math.floor(part * durations.length))] ?? NaN;
  const wrong = clients.filter(({ frames, change }) => frames !== 1 || change?.version !== 2).length;
  return { frameMs: { p50: at(0.5), p99: at(0.99), most: at(1) }, wrong };
}

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = all.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const one of waiting) await work(one);
    }),
  );
}
