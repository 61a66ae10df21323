/** Items are imported from files of any length: bad rows are reported by their line, and the same file again changes nothing. */
import { randomUUID } from 'node:crypto';
import { request as startRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from './running-service.ts';

const header = 'itemName,onHand,threshold,unit,price,category';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

type Line = { line?: number; field?: string; message?: string; summary?: Record<string, unknown>; problem?: object };

/** Over a connection, as a caller does: in pieces of `chunkBytes`. */
async function send(
  file: string | Buffer,
  { type = 'text/csv', query = '', accept = '*/*', token = service.tokens.staff, breakOffAfter = Infinity } = {},
): Promise<{ status: number; lines: Line[]; body: string }> {
  const bytes = Buffer.from(file);
  const { port } = service.http.server.address() as { port: number };
  return new Promise((resolve, reject) => {
    const request = startRequest(
      {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: `/v1/inventory/import${query}`,
        headers: { authorization: `Bearer ${token}`, 'content-type': type, accept },
      },
      (reply) => {
        text(reply).then((body) => {
          const lines = body.split('\n').filter(Boolean);
          const isLines = reply.headers['content-type'] === 'application/x-ndjson';
          resolve({
            status: reply.statusCode!,
            body,
            lines: isLines ? lines.map((line) => JSON.parse(line) as Line) : [],
          });
        }, reject);
      },
    );
    request.on('error', reject);
    request.write(bytes.subarray(0, breakOffAfter), () => {
      if (breakOffAfter < bytes.length) request.destroy(new Error('broken off'));
    });
    if (breakOffAfter >= bytes.length) request.end();
  });
}

const summaryOf = ({ lines }: { lines: Line[] }) => lines.at(-1)?.summary;
const errorsOf = ({ lines }: { lines: Line[] }) => lines.filter(({ line }) => line !== undefined);
const countRows = async (category: string) => {
  const { rows } = await service.pool.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM inventory WHERE category = $1',
    [category],
  );
  return rows[0]!.count;
};
const itemNamed = async (name: string) => {
  const { body } = await service.ask('GET', `/v1/inventory?q=${encodeURIComponent(name)}`);
  return (body.data as Record<string, unknown>[])[0];
};
const fileOf = (rows: number, category: string, over = (_row: number) => '') =>
  [
    header,
    ...Array.from({ length: rows }, (_, row) => over(row) || `${category} ${row},${row % 50},5,piece,9.50,${category}`),
  ].join('\n');

test('10,000 rows with 100 bad ones: exactly those are reported, and the rest is imported', async () => {
  const category = randomUUID();
  const isBad = (row: number) => row % 100 === 7;
  const bad = Array.from({ length: 10_000 }, (_, row) => row).filter(isBad);
  const file = fileOf(10_000, category, (row) => (isBad(row) ? `${category} ${row},-1,5,piece,9.50,${category}` : ''));
  const first = await send(file);
  expect(first.status).toBe(200);
  expect(errorsOf(first)).toEqual(
    bad.map((row) => ({ line: row + 2, field: 'onHand', message: 'must be >= 0, not -1' })),
  );
  expect(summaryOf(first)).toEqual({
    rows: 10_000,
    created: 9_900,
    changed: 0,
    unchanged: 0,
    bad: 100,
    listed: 100,
    dryRun: false,
  });
  expect(await countRows(category)).toBe(9_900);
  expect(summaryOf(await send(file))).toMatchObject({ created: 0, changed: 0, unchanged: 9_900, bad: 100 });
}, 120_000);

test('a known item changes its details, and is counted with what is promised to orders', async () => {
  const name = `Soup ${randomUUID()}`;
  const { id } = await service.create(name, { quantity: 10 });
  const reservations = [{ orderId: randomUUID(), lines: [{ itemId: id, quantity: 4 }] }];
  await service.ask('POST', '/internal/reservations', { as: 'service', body: { reservations } });
  const file = `${header}\n  ${name.toUpperCase()}  ,3,2,bowl,4.20,Soups\n`;
  expect(summaryOf(await send(file))).toMatchObject({ created: 0, changed: 1 });
  expect(await itemNamed(name)).toMatchObject({ id, unit: 'bowl', price: '4.20', quantity: 0, onHand: 3, short: 1 });
  const { body } = await service.ask('GET', `/v1/inventory/${id}/movements`);
  expect((body.data as object[])[0]).toMatchObject({ reason: 'COUNTED', delta: -6, shortDelta: 1, note: 'imported' });
  expect(summaryOf(await send(file))).toMatchObject({ changed: 0, unchanged: 1 });
});

test('a dry run reports the same, and writes nothing', async () => {
  const category = randomUUID();
  const file = `${fileOf(3, category)}\nx,1,1,piece,1,${category}`;
  const dry = await send(file, { query: '?dryRun=true' });
  expect(summaryOf(dry)).toMatchObject({ created: 3, bad: 1, dryRun: true });
  expect(await countRows(category)).toBe(0);
  expect(errorsOf(await send(file))).toEqual(errorsOf(dry));
  expect(await countRows(category)).toBe(3);
});

test('an import that is broken off leaves whole batches, and the file again completes it', async () => {
  const category = randomUUID();
  const file = fileOf(5_000, category);
  await expect(send(file, { breakOffAfter: file.length / 2 })).rejects.toThrow('broken off');
  const again = async (): Promise<Awaited<ReturnType<typeof send>>> => {
    const reply = await send(file);
    return reply.status === 200 ? reply : again();
  };
  const { created, unchanged } = summaryOf(await again()) as { created: number; unchanged: number };
  expect(created + unchanged).toBe(5_000);
  expect(await countRows(category)).toBe(5_000);
});

test('the report is one JSON document for a caller that accepts nothing else', async () => {
  const { body, status } = await send(`${header}\nx,1`, { accept: 'application/json' });
  expect([status, JSON.parse(body)]).toMatchObject([
    200,
    { errors: [{ line: 2, field: 'row' }], summary: { rows: 1, bad: 1 } },
  ]);
});

test('JSON lines, a byte order mark, CRLF, quoted cells, other columns of an export and blank lines are understood', async () => {
  const [a, b] = [`Pizza, "big" ${randomUUID()}`, `Cola ${randomUUID()}`];
  const csv = `\ufeffid,${header}\r\n\r\nx,"${a.replaceAll('"', '""')}",1,0,piece,9.50,Pizza\r\n`;
  expect(summaryOf(await send(csv, { type: 'text/csv; charset=utf-8' }))).toMatchObject({ rows: 1, created: 1 });
  expect(await itemNamed(a)).toMatchObject({ itemName: a, onHand: 1 });
  const row = { itemName: b, onHand: 2, threshold: 0, unit: 'can', price: '2.00', category: 'Drinks', short: 0 };
  const json = `${JSON.stringify(row)}\n[]\n{"itemName":7}\n`;
  const reply = await send(json, { type: 'application/x-ndjson' });
  expect(summaryOf(reply)).toMatchObject({ rows: 3, created: 1, bad: 2 });
  expect(errorsOf(reply)[0]).toEqual({ line: 2, field: 'row', message: 'is not a JSON object' });
});

test('an export has all items of its filters, and changes nothing when it is imported', async () => {
  const category = randomUUID();
  await send(fileOf(1_200, category));
  const formula = `=1+1, "x" ${category}`;
  await service.create(formula, { category, quantity: 3 });
  for (const [format, type] of [
    ['csv', 'text/csv'],
    ['jsonl', 'application/x-ndjson'],
  ] as const) {
    const reply = await service.http.inject({
      url: `/v1/inventory/export?category=${category}&format=${format}`,
      headers: { authorization: `Bearer ${service.tokens.staff}` },
    });
    expect(reply.headers['content-type']).toContain(type);
    expect(summaryOf(await send(reply.body, { type }))).toMatchObject({ rows: 1_201, unchanged: 1_201 });
    if (format === 'csv') expect(reply.body).toContain(`"'=1+1, ""x"" ${category}"`);
  }
});

test('the ledger of an item is exported; of no item it is 404', async () => {
  const { id } = await service.create(randomUUID(), { quantity: 3 });
  const get = (itemId: string) =>
    service.http.inject({
      url: `/v1/inventory/${itemId}/movements/export`,
      headers: { authorization: `Bearer ${service.tokens.staff}` },
    });
  expect((await get(id)).body).toMatch(/^id,itemId,delta.*\n.*,3,0,0,3,CREATED,/);
  expect((await get(randomUUID())).statusCode).toBe(404);
});

test('of two rows with one name the second is bad', async () => {
  const name = `Twice ${randomUUID()}`;
  const row = (onHand: number) => `${name},${onHand},5,piece,9.50,Pizza`;
  const reply = await send([header, row(1), row(2)].join('\n'));
  expect(errorsOf(reply)).toEqual([{ line: 3, field: 'itemName', message: 'is the name in line 2 as well' }]);
  expect(await itemNamed(name)).toMatchObject({ onHand: 1 });
});

describe('a file is refused with the line that cannot be read', () => {
  const row = 'x,1,1,piece,1.00,x';
  test.each<[string, string | Buffer, number, RegExp]>([
    ['an empty file', '', 1, /header/],
    ['a column that is missing', 'itemName,onHand\n', 1, /price, category is missing/],
    ['a column that is unknown', `${header},colour\n`, 1, /colour.* is unknown/],
    ['text that is not UTF-8', Buffer.concat([Buffer.from(`${header}\n`), Buffer.from([0xff, 0x41])]), 2, /UTF-8/],
    ['a line that is too long', `${header}\n${'x'.repeat(70_000)}`, 2, /65536/],
  ])('%s', async (_what, file, line, message) => {
    const { status, body } = await send(file);
    expect([status, JSON.parse(body)]).toMatchObject([400, { code: 'MALFORMED_BODY', line }]);
    expect(body).toMatch(message);
  });

  test('after rows that are imported already', async () => {
    const category = randomUUID();
    const { lines } = await send(Buffer.concat([Buffer.from(`${fileOf(2, category)}\n${row}`), Buffer.from([0xff])]));
    expect(lines.at(-1)).toMatchObject({ problem: { code: 'MALFORMED_BODY', line: 4 }, summary: { created: 2 } });
    expect(await countRows(category)).toBe(2);
  });
});

test('only staff import, and only CSV or JSON lines', async () => {
  expect((await send(header, { token: service.tokens.customer })).status).toBe(403);
  expect((await send('{}', { type: 'application/json' })).status).toBe(415);
});
