/** The `recover` program: brings orders back that Kafka tells of and a restored database lacks, with their history and placements. */

import { createCodec } from '@oms/contracts';
import { createKafka, createOutbox, createSchemaCache } from '@oms/messaging';
import { createLogger, createPool, kafkaAccess } from '@oms/service-kit';
import { recoverProgram } from '@oms/service-kit/recover';
import { recoverOrders } from './store/recover-orders.ts';

await recoverProgram('order', async (settings, wish) => {
  const { DATABASE_URL: databaseUrl, REGISTRY_URL: registryUrl } = settings;
  const pool = createPool({ name: 'order recover', databaseUrl, max: 2, byIndex: true });
  const logger = createLogger({ name: 'order recover', level: 'silent' });
  const codec = await createCodec({
    ...{ registryUrl, cache: createSchemaCache(pool) },
    publishes: ['ORDER_PLACED', 'ORDER_STATUS_CHANGED', 'NEW_ORDER', 'ORDER_STATUS_CHANGE'],
  });
  const kafka = createKafka({ clientId: 'oms-order-recover', ...kafkaAccess(settings), logger });
  return recoverOrders({ pool, kafka, codec, outbox: createOutbox({ codec, source: 'order' }), ...wish });
});
