/** The `recover` program: brings orders back that Kafka tells of and a restored database lacks, with their history and placements. */

import { createCodec } from '@oms/contracts';
import { createKafka, createOutbox, createSchemaCache } from '@oms/messaging';
import { recoverProgram } from '@oms/service-kit/recover';
import { recoverOrders } from './recovery/recover-orders.ts';

await recoverProgram('order', async ({ pool, registryUrl, kafka }, wish) => {
  const codec = await createCodec({
    ...{ registryUrl, cache: createSchemaCache(pool) },
    publishes: ['ORDER_PLACED', 'ORDER_STATUS_CHANGED', 'NEW_ORDER', 'ORDER_STATUS_CHANGE'],
  });
  const outbox = createOutbox({ codec, source: 'order' });
  return recoverOrders({ pool, kafka: createKafka(kafka), codec, outbox, ...wish });
});
