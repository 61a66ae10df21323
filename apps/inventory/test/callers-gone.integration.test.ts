// Nothing is carried out for a caller that has disconnected before its command began.
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { until } from '@oms/test-kit';
import { expect, test } from 'vitest';
import { startService } from './running-service.ts';

test('commands that wait behind a lock are dropped with their callers, and those of others are carried out', async () => {
  const service = await startService();
  try {
    const { id } = await service.create('Last piece', { quantity: 100 });
    const locker = await service.pool.connect();
    await locker.query('BEGIN');
    await locker.query('SELECT 1 FROM inventory WHERE id = $1 FOR UPDATE', [id]);
    const gone = new AbortController();
    const url = `http://127.0.0.1:${(service.http.server.address() as AddressInfo).port}/internal/reservations`;
    let received = 0;
    service.http.server.on('request', () => (received += 1));
    const send = (signal: AbortSignal | null) =>
      fetch(url, {
        method: 'POST',
        signal,
        headers: { authorization: `Bearer ${service.tokens.service}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reservations: [{ orderId: randomUUID(), lines: [{ itemId: id, quantity: 1 }] }] }),
      });
    const first = send(null);
    await until('the first batch waits for the lock', async () => {
      const { rowCount } = await service.pool.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    });
    const lost = Array.from({ length: 10 }, () => send(gone.signal).catch((error: Error) => error.name));
    const others = Array.from({ length: 3 }, () => send(null));
    await until('all have arrived', () => received === 14);
    gone.abort();
    expect(await Promise.all(lost)).toEqual(lost.map(() => 'AbortError'));
    await until('those of the callers that have gone are dropped', async () => (await dropped()) === 10);
    await locker.query('ROLLBACK');
    locker.release();
    expect((await Promise.all([first, ...others])).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await service.ask('GET', `/v1/inventory/${id}`)).body.quantity).toBe(96);
  } finally {
    await service.close();
  }

  async function dropped(): Promise<number> {
    const text = (await service.http.management.inject('/metrics')).body;
    const line = text.split('\n').find((each) => /^group_commit_dropped_total.*name="stock".*caller_gone/.test(each));
    return Number(line?.split(' ').at(-1));
  }
}, 30_000);
