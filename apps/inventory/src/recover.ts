/** The `recover` program: brings items and their ledger back as Kafka tells of them; `oms inventory reconcile` does the rest, by the word of order. */

import { createCodec } from '@oms/contracts';
import { createKafka, createOutbox, createSchemaCache, groupOf, replay } from '@oms/messaging';
import { replayFindings, recoverProgram } from '@oms/service-kit/recover';
import { recoverStock } from './recovery/recover-stock.ts';

await recoverProgram('inventory', async ({ pool, registryUrl, kafka: access }, wish) => {
  const codec = await createCodec({
    ...{ registryUrl, cache: createSchemaCache(pool) },
    publishes: ['INVENTORY_UPDATE', 'LOW_STOCK', 'OUT_OF_STOCK'],
  });
  const kafka = createKafka(access);
  const outbox = createOutbox({ codec, source: 'inventory' });
  const stock = await recoverStock({ pool, kafka, codec, outbox, now: () => new Date(), ...wish });
  // Only noted as heard: what it did to the stock came back with the ledger, or is for reconcile to do.
  const heard = await replay({
    ...{ kafka, pool, codec, group: groupOf({ service: 'inventory' }), topics: ['order-events'], until: 'end' },
    ...{ apply: () => Promise.resolve(), ...wish },
  });
  const noted = replayFindings(
    'ORDER_NEWS',
    heard,
    wish.fix,
    'notes them as heard; run `oms inventory reconcile --fix` next',
  );
  return { read: stock.read + heard.read, findings: [...stock.findings, ...noted] };
});
