// `oms dlq` on a running system: a message that cannot be decoded is a dead letter of each service, and is redriven on request.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { topics } from '@oms/contracts';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { until } from '@oms/test-kit';
import { describe, expect, test } from 'vitest';
import { root } from '../../database/migrate/databases.ts';
import { services } from '../../dev/stack/services.ts';
import type { WholeSystem } from './whole-system.ts';

const run = promisify(execFile);
const readers = services.filter((service) => topics['order-events'].readBy.includes(service));

/** Registers the tests; `whole` is called when they run. */
export function describeDeadLetters(whole: () => WholeSystem): void {
  const dlq = async (...args: string[]) => {
    const { system, stack } = whole();
    const env = { ...process.env, OMS_GATEWAY_URL: system.urls.gateway, OMS_ISSUER_URL: stack.issuerUrl };
    const { stdout } = await run(process.execPath, [join(root, 'tools/dev/oms/main.ts'), 'dlq', ...args], { env });
    return stdout;
  };

  describe('dead letters', () => {
    test('are listed, shown, tried out and put back by the command line', async () => {
      const key = randomUUID();
      await publishUnreadable(whole(), key);
      const deadLetters = await until('each service has a dead letter', async () => {
        const found = JSON.parse(await dlq('list', '--aggregate', key, '--json')) as { id: string }[];
        return found.length === readers.length && found;
      });
      const ids = deadLetters.map(({ id }) => id);
      expect(ids.map((id) => id.split('/')[0])).toEqual(readers);
      expect(await dlq('list', '--aggregate', key, '--service', 'analytics')).toMatch(/BAD_MAGIC .* no /);
      const shown = JSON.parse(await dlq('show', ids[0]!)) as object;
      expect(shown).toMatchObject({ service: 'inventory', reason: 'BAD_MAGIC', size: 18, headers: { mark: 'kept' } });

      const which = ['--aggregate', key, '--service', 'inventory'];
      expect(await dlq('redrive', ...which, '--dry-run')).toBe('inventory: 1 would be put back (1 BAD_MAGIC)\n');
      expect(await dlq('redrive', ids[0]!)).toBe('inventory: 1 put back (1 BAD_MAGIC)\n');
      expect(await dlq('redrive', ids[0]!)).toContain('1 were put back already: --force');
      await until('it has come again', async () => {
        const again = await dlq('list', ...which, '--redriven', 'no', '--json');
        return (JSON.parse(again) as { redrives: number }[]).some(({ redrives }) => redrives === 1);
      });
    });

    test('are not put back by a command that does not say which', async () => {
      await expect(dlq('redrive')).rejects.toThrow('--all for all dead letters');
      await expect(dlq('show', 'nonsense')).rejects.toThrow('no id of a dead letter');
      await expect(dlq('list', '--token', 'nobody')).rejects.toThrow('401');
    });
  });
}

async function publishUnreadable({ stack }: WholeSystem, key: string): Promise<void> {
  const logger = createLogger({ name: 'journey', level: 'silent' });
  const producer = createKafka({ clientId: 'journey', brokers: stack.kafkaBrokers, logger }).createProducer();
  const value = Buffer.from('this is no message');
  await producer.send([{ topic: 'order-events', key, value, headers: { mark: 'kept' } }]);
  await producer.close();
}
