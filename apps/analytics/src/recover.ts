// The `recover` program: applies again what Kafka told since the moment to which the database was taken back.
import { createCodec } from '@oms/contracts';
import { createKafka, createSchemaCache, groupOf, replay } from '@oms/messaging';
import { replayFindings, recoverProgram } from '@oms/service-kit/recover';
import { project } from './consumers/project.ts';

await recoverProgram('analytics', async ({ pool, registryUrl, kafka }, wish) => {
  const codec = await createCodec({ registryUrl, cache: createSchemaCache(pool), publishes: [] });
  const heard = await replay({
    ...{ kafka: createKafka(kafka), pool, codec },
    group: groupOf({ service: 'analytics' }),
    topics: ['analytics-events', 'order-events'],
    until: 'committed',
    apply: project,
    ...wish,
  });
  return { read: heard.read, findings: replayFindings('MESSAGES', heard, wish.fix, 'applies them') };
});
