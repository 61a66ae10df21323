// `register`: creates the topics and registers every schema that this image knows. Safe to run again.

import { kafkaAccess, kafkaSettings, loadConfig, Type } from '@oms/service-kit';
import { register } from '../../schemas/register.ts';
import { runToEnd } from './run-to-end.ts';

const settings = Type.Object({
  ...kafkaSettings,
  TOPIC_MIN_INSYNC_REPLICAS: Type.Integer({
    minimum: 1,
    default: 1,
    description: 'replicas that must have a message before it counts as written: 2 on three brokers',
  }),
});

await runToEnd(async () => {
  const config = loadConfig(settings);
  const { schemas } = await register({
    registryUrl: config.REGISTRY_URL,
    kafka: kafkaAccess(config),
    minInsyncReplicas: config.TOPIC_MIN_INSYNC_REPLICAS,
    log: (line) => console.log(line),
  });
  return `${schemas.length} schemas are registered`;
});
