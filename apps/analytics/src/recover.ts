// The `recover` program: applies again the messages since the time to which the database was restored.
import { createCodec } from '@oms/contracts';
import { createKafka, createSchemaCache, groupOf, replay } from '@oms/messaging';
import { replayDiscrepancies, recoverProgram } from '@oms/service-kit/recover';
import { project } from './consumers/project.ts';

await recoverProgram('analytics', async ({ pool, registryUrl, kafka }, { since, fix }) => {
  const codec = await createCodec({ registryUrl, cache: createSchemaCache(pool), publishes: [] });
  const report = await replay({
    kafka: createKafka(kafka),
    pool,
    codec,
    group: groupOf({ service: 'analytics' }),
    topics: ['analytics-events', 'order-events'],
    until: 'committed',
    ordering: 'none',
    apply: project,
    since,
    fix,
  });
  return { read: report.read, discrepancies: replayDiscrepancies('MESSAGES', report, fix, 'applies them') };
});
