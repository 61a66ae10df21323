/** The `recover` program: writes the orders that Kafka has and a restored database lacks, with their history and placements. */

import { createCodec } from '@oms/contracts';
import { createKafka, createOutbox, createSchemaCache } from '@oms/messaging';
import { recoverProgram } from '@oms/service-kit/recover';
import { renderReply } from './http/order-view.ts';
import { recoverOrders } from './recovery/recover-orders.ts';

await recoverProgram('order', async ({ pool, registryUrl, kafka }, { since, fix }) => {
  const codec = await createCodec({
    registryUrl,
    cache: createSchemaCache(pool),
    publishes: ['ORDER_PLACED', 'ORDER_STATUS_CHANGED', 'NEW_ORDER', 'ORDER_STATUS_CHANGE'],
  });
  const outbox = createOutbox({ codec, source: 'order' });
  return recoverOrders({ pool, kafka: createKafka(kafka), codec, outbox, renderReply, since, fix });
});
