// `npm run bench -- import`: an import of very many items while orders are placed: whether it reports exactly the bad rows, its memory, and what orders wait.

import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { signIn } from '../../dev/client/client.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { freePorts, startStack, type Progress } from '../../dev/stack/index.ts';
import { residentMb } from '../../dev/start/resident-memory.ts';
import { nodeFlags } from '../../dev/start/service-process.ts';
import { freeServicePorts, startSystem } from '../../dev/start/system.ts';

export type ImportFigures = {
  rows: number;
  seconds: number;
  /** Lines that are bad, and those that were reported. */
  bad: number;
  reported: number;
  isExact: boolean;
  summary: Record<string, unknown>;
  summaryOfRepeat: Record<string, unknown>;
  repeatSeconds: number;
  /** The highest of the whole process, during both. */
  memoryMb: { inventory: number; gateway: number };
  placements: { answered: number; failed: number; p50Ms: number; p99Ms: number };
};

const header = 'itemName,onHand,threshold,unit,price,category';
const everyMs = 100;
/** With this heap V8 collects what is not used, so that the memory of a process is what it needs. */
const flags = [...nodeFlags, '--max-old-space-size=96'];

export async function measureImport({ rows, progress }: { rows: number; progress: Progress }): Promise<ImportFigures> {
  const dataDir = join(root, '.data/bench');
  await clearData(dataFolder(dataDir));
  const stack = await startStack({ dataDir, ports: await freePorts(), progress });
  try {
    const ports = await freeServicePorts();
    const logDir = join(dataDir, 'logs');
    const system = await progress.step('services', () => startSystem({ stack, flags, ports, logDir }));
    try {
      const urls = { gatewayUrl: system.urls.gateway, issuerUrl: stack.issuerUrl };
      const [staff, customer] = await Promise.all([signIn(urls, 'staff'), signIn(urls, 'customer')]);
      const details = { unit: 'piece', price: '9.50', category: 'Pizza' };
      const dish = await staff.post('/v1/inventory', { itemName: 'A dish', quantity: 1_000_000, ...details });
      const memoryMb = { inventory: 0, gateway: 0 };
      const latenciesMs: number[] = [];
      let failed = 0;
      const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
      const order = { items: [{ itemId: (dish.body as { id: string }).id, quantity: 1 }], deliveryAddress };
      const watch = setInterval(() => {
        for (const service of ['inventory', 'gateway'] as const) {
          memoryMb[service] = Math.max(memoryMb[service], residentMb(system.service(service).pid));
        }
        const startedMs = performance.now();
        customer.post('/v1/orders', order).then(
          ({ status }) => (status === 201 ? latenciesMs.push(performance.now() - startedMs) : (failed += 1)),
          () => (failed += 1),
        );
      }, everyMs);
      const isBad = (row: number) => row % 1_000 === 7;
      const lines = Array.from(
        { length: rows },
        (_, row) => `Item ${row},${isBad(row) ? -1 : row % 90},5,piece,9.50,Menu`,
      );
      const file = [header, ...lines].join('\n');
      const bad = Array.from({ length: rows }, (_, row) => row + 2).filter((line) => isBad(line - 2));
      const send = async () => {
        const startedMs = performance.now();
        const reply = await fetch(`${system.urls.gateway}/v1/inventory/import`, {
          method: 'POST',
          headers: { authorization: `Bearer ${staff.token}`, 'content-type': 'text/csv' },
          body: new Blob([file]),
        });
        const report = (await reply.text()).split('\n').filter(Boolean);
        const parsed = report.map((line) => JSON.parse(line) as { line?: number; summary?: Record<string, unknown> });
        return {
          reported: parsed.flatMap(({ line }) => line ?? []),
          summary: parsed.at(-1)?.summary ?? {},
          seconds: (performance.now() - startedMs) / 1_000,
        };
      };
      const first = await progress.step(`${rows} rows`, send);
      const repeat = await progress.step('the same again', send);
      clearInterval(watch);
      const sorted = latenciesMs.toSorted((a, b) => a - b);
      const at = (part: number) => Math.round(sorted[Math.floor(sorted.length * part)] ?? NaN);
      return {
        rows,
        seconds: first.seconds,
        bad: bad.length,
        reported: first.reported.length,
        isExact: JSON.stringify(first.reported) === JSON.stringify(bad),
        summary: first.summary,
        summaryOfRepeat: repeat.summary,
        repeatSeconds: repeat.seconds,
        memoryMb,
        placements: { answered: sorted.length, failed, p50Ms: at(0.5), p99Ms: at(0.99) },
      };
    } finally {
      await system.stop();
    }
  } finally {
    await stack.stop();
  }
}
