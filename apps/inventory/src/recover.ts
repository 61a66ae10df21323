/** The `recover` program: restores items and their ledger from Kafka. `oms inventory reconcile` does the rest, from the orders. */
import { createCodec } from '@oms/contracts';
import { createKafka, createOutbox, createSchemaCache, groupOf, replay } from '@oms/messaging';
import { recoverProgram, replayDiscrepancies } from '@oms/service-kit/recover';
import { publishes } from './domain/messages.ts';
import { recoverStock } from './recovery/recover-stock.ts';

await recoverProgram('inventory', async ({ pool, registryUrl, kafka: access }, { since, fix }) => {
  const cache = createSchemaCache(pool);
  const codec = await createCodec({
    registryUrl,
    cache,
    publishes,
  });
  const kafka = createKafka(access);
  const outbox = createOutbox({ codec, source: 'inventory' });
  const stock = await recoverStock({ pool, kafka, codec, outbox, now: () => new Date(), since, fix });
  // Recorded as consumed, and not applied: their effect on stock came back with the ledger, or is left to the reconciliation.
  const replayed = await replay({
    kafka,
    pool,
    codec,
    group: groupOf({ service: 'inventory' }),
    topics: ['order-events'],
    until: 'end',
    ordering: 'none',
    apply: () => Promise.resolve(),
    since,
    fix,
  });
  const discrepancies = replayDiscrepancies(
    'ORDER_EVENTS',
    replayed,
    fix,
    'records them as consumed; run `oms inventory reconcile --fix` next',
  );
  return { read: stock.read + replayed.read, discrepancies: [...stock.discrepancies, ...discrepancies] };
});
