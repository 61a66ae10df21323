/** The `recover` program: writes the orders that Kafka has and a restored database lacks, with their history and placements. */

import { createCodec } from '@oms/contracts';
import { createKafka, createOutbox, createSchemaCache } from '@oms/messaging';
import { recoverProgram } from '@oms/service-kit/recover';
import { publishes } from './domain/messages.ts';
import { renderReply } from './http/order-view.ts';
import { recoverOrders } from './recovery/recover-orders.ts';

await recoverProgram('order', async ({ pool, registryUrl, kafka }, { since, fix }) => {
  const codec = await createCodec({
    registryUrl,
    cache: createSchemaCache(pool),
    publishes,
  });
  const outbox = createOutbox({ codec, source: 'order' });
  return recoverOrders({ pool, kafka: createKafka(kafka), codec, outbox, renderReply, since, fix });
});
