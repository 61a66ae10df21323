// `register`: creates the topics and registers every schema that this image knows. Safe to run again.

import { kafkaAccess, loadConfig } from '@oms/service-kit';
import { register } from '../../../contracts/schemas/register.ts';
import { runToEnd } from './run-to-end.ts';
import { registerSettings } from './settings.ts';

await runToEnd(async () => {
  const config = loadConfig(registerSettings);
  const { schemas } = await register({
    registryUrl: config.REGISTRY_URL,
    kafka: kafkaAccess(config),
    minInsyncReplicas: config.TOPIC_MIN_INSYNC_REPLICAS,
    log: (line) => console.log(line),
  });
  return `${schemas.length} schemas are registered`;
});
