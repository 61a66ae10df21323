// At most one relay leads, whatever lies between it and PostgreSQL: a pooler, or a network that swallows packets.

import { createFaultProxy, pgbouncer, startPgBouncer, until } from '@oms/test-kit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Relay } from '../src/index.ts';
import { createSessionClient, endSession, NoSessionError, requireSession } from '../src/relay/session.ts';
import { createFixture, versionsOf, type Fixture } from './fixture.ts';
import { changed, newOrderId, placed } from './messages.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await createFixture();
});
afterEach(() => fixture.end());

async function openRelay(databaseUrl: string) {
  const metrics = new Registry();
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const relay = await fixture.relay({ databaseUrl, metrics, logger });
  const leads = async () => (await metrics.getSingleMetric('messaging_relay_leading')!.get()).values[0]?.value === 1;
  return { relay, leads, lines };
}

async function through(poolMode: 'session' | 'transaction', settings = '') {
  const bouncer = await startPgBouncer(fixture.databaseUrl, poolMode, settings);
  fixture.atEnd(() => bouncer.stop());
  return bouncer.databaseUrl;
}

/** The end of a test ends all sessions of its database, and this one may not have closed by then. */
function openSession(databaseUrl: string) {
  const client = createSessionClient(databaseUrl, 'test');
  client.on('error', () => {});
  return client;
}

const anyOf = async (relays: readonly { leads: () => Promise<boolean> }[]) =>
  (await Promise.all(relays.map(({ leads }) => leads()))).filter(Boolean).length;

test('a direct connection is a session', async () => {
  const client = openSession(fixture.databaseUrl);
  await client.connect();
  expect(await requireSession(client, fixture.databaseUrl)).toMatchObject({ isDirect: true });
  endSession(client);
});

if (pgbouncer === undefined) {
  test('without PgBouncer nothing is tried with it, and that is said', async ({ annotate }) => {
    await annotate('PgBouncer is not installed (Debian: apt-get install pgbouncer).', 'without');
  });
} else {
  describe('through PgBouncer', () => {
    test('in transaction mode: the relay is refused a lead in words, and is not ready', async () => {
      const databaseUrl = await through('transaction');
      const relays = await Promise.all([openRelay(databaseUrl), openRelay(databaseUrl)]);
      await until('both have found out', () => relays.every(({ relay }) => !relay.hasSession()));
      expect(await anyOf(relays)).toBe(0);
      for (const { lines } of relays) {
        expect(lines.join('')).toContain('DATABASE_SESSION_URL');
        expect(
          lines.filter((line) => line.includes('DATABASE_SESSION_URL')),
          'not at every attempt',
        ).toHaveLength(1);
      }
      expect(await locks(), 'no lock is left behind').toBe(0);
    });

    test.each([1, 20])(
      'in transaction mode with %i server connections, whoever else uses them: never two leaders',
      async (size) => {
        const databaseUrl = await through('transaction', `default_pool_size = ${size}`);
        const others = Array.from({ length: 4 }, () => openSession(databaseUrl));
        for (const other of others) await other.connect();
        let busy = true;
        const load = others.map(async (other) => {
          while (busy) await other.query('SELECT pg_sleep(0.002)').catch(() => {});
        });
        const relays = await Promise.all([openRelay(databaseUrl), openRelay(databaseUrl), openRelay(databaseUrl)]);
        let leadersMax = 0;
        await until('all have found out', async () => {
          leadersMax = Math.max(leadersMax, await anyOf(relays));
          return relays.every(({ relay }) => !relay.hasSession());
        });
        busy = false;
        await Promise.all(load);
        for (const other of others) endSession(other);
        expect(leadersMax).toBeLessThanOrEqual(1);
      },
    );

    test('in session mode: one leads, another takes over when it stops, and each message is sent once', async () => {
      const databaseUrl = await through('session');
      const received = fixture.listen('order-events');
      const [first, second] = await Promise.all([openRelay(databaseUrl), openRelay(databaseUrl)]);
      await until('one leads', async () => (await anyOf([first, second])) === 1);
      const [leader, other] = (await first.leads()) ? [first, second] : [second, first];
      const orderId = newOrderId();
      const publish = async (relay: Relay, version: number) =>
        relay.enqueue(await fixture.commit([version === 1 ? placed(orderId) : changed(orderId, version)]));
      await publish(leader.relay, 1);
      await publish(other.relay, 2);
      await until('both are sent', () => versionsOf(received, orderId).length === 2);
      await leader.relay.stop();
      await until('the other one leads', () => other.leads());
      await publish(other.relay, 3);
      await until('the third is sent', () => versionsOf(received, orderId).length === 3);
      expect(versionsOf(received, orderId)).toEqual([1, 2, 3]);
      expect([first.relay.hasSession(), second.relay.hasSession()]).toEqual([true, true]);
    });

    test('in session mode with a single server connection: it is a session', async () => {
      const databaseUrl = await through('session', 'default_pool_size = 1');
      const client = openSession(databaseUrl);
      await client.connect();
      expect(await requireSession(client, databaseUrl)).toMatchObject({ isDirect: false });
      endSession(client);
    });

    test('in transaction mode: whatever needs a session is refused, as a migration', async () => {
      const databaseUrl = await through('transaction');
      const client = openSession(databaseUrl);
      await client.connect();
      await expect(requireSession(client, databaseUrl)).rejects.toBeInstanceOf(NoSessionError);
      endSession(client);
    });
  });
}

test('a leader behind a network that swallows packets stops leading within seconds, and leads again at once afterwards', async () => {
  const { hostname, port } = new URL(fixture.databaseUrl);
  const proxy = await createFaultProxy({ host: hostname, port: Number(port) });
  const { leads } = await openRelay(proxy.through(fixture.databaseUrl));
  await until('it leads', leads);
  proxy.set('black hole');
  await until('it does not lead any more', async () => !(await leads()), 6_000);
  proxy.set('open');
  await until('it leads again', leads, 5_000);
  expect(await locks()).toBe(1);
  await proxy.close();
}, 30_000);

async function locks(): Promise<number> {
  const { rows } = await fixture.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows[0]!.n;
}
