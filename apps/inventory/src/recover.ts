/** The `recover` program: brings items and their ledger back as Kafka tells of them; `oms inventory reconcile` does the rest, by the word of order. */

import { createCodec } from '@oms/contracts';
import { createKafka, createOutbox, createSchemaCache, hearAgain } from '@oms/messaging';
import { createLogger, createPool, kafkaAccess } from '@oms/service-kit';
import { heardAgainAs, recoverProgram } from '@oms/service-kit/recover';
import { recoverStock } from './store/recover-stock.ts';

await recoverProgram('inventory', async (settings, wish) => {
  const { DATABASE_URL: databaseUrl, REGISTRY_URL: registryUrl } = settings;
  const pool = createPool({ name: 'inventory recover', databaseUrl, max: 2, byIndex: true });
  const logger = createLogger({ name: 'inventory recover', level: 'silent' });
  const cache = createSchemaCache(pool);
  const codec = await createCodec({
    registryUrl,
    cache,
    publishes: ['INVENTORY_UPDATE', 'LOW_STOCK', 'OUT_OF_STOCK'],
  });
  const kafka = createKafka({ clientId: 'oms-inventory-recover', ...kafkaAccess(settings), logger });
  const outbox = createOutbox({ codec, source: 'inventory' });
  const stock = await recoverStock({ pool, kafka, codec, outbox, now: () => new Date(), ...wish });
  // Only noted as heard: what it did to the stock came back with the ledger, or is for reconcile to do.
  const heard = await hearAgain({
    ...{ kafka, pool, codec, group: 'oms-inventory', topics: ['order-events'], until: 'end' },
    ...{ apply: () => Promise.resolve(), ...wish },
  });
  const noted = heardAgainAs(
    'ORDER_NEWS',
    heard,
    wish.fix,
    'notes them as heard; run `oms inventory reconcile --fix` next',
  );
  return { read: stock.read + heard.read, findings: [...stock.findings, ...noted] };
});
