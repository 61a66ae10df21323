// The `recover` program: applies again what Kafka told since the moment to which the database was taken back.
import { createCodec } from '@oms/contracts';
import { createKafka, createSchemaCache, hearAgain } from '@oms/messaging';
import { createLogger, createPool, kafkaAccess } from '@oms/service-kit';
import { heardAgainAs, recoverProgram } from '@oms/service-kit/recover';
import { project } from './consumers/project.ts';

await recoverProgram('analytics', async (settings, wish) => {
  const { DATABASE_URL: databaseUrl, REGISTRY_URL: registryUrl } = settings;
  const pool = createPool({ name: 'analytics recover', databaseUrl, max: 2, byIndex: true });
  const logger = createLogger({ name: 'analytics recover', level: 'silent' });
  const codec = await createCodec({ registryUrl, cache: createSchemaCache(pool), publishes: [] });
  const kafka = createKafka({ clientId: 'oms-analytics-recover', ...kafkaAccess(settings), logger });
  const topics = ['analytics-events', 'order-events'];
  const heard = await hearAgain({
    kafka,
    pool,
    codec,
    group: 'oms-analytics',
    topics,
    until: 'committed',
    apply: project,
    ...wish,
  });
  return { read: heard.read, findings: heardAgainAs('MESSAGES', heard, wish.fix, 'applies them') };
});
