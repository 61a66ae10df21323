// `oms schemas register`: prepares a Kafka cluster and a schema registry for what this build publishes and reads.
import { registerContracts, type RegisterReport } from '@oms/contracts/register';
import { createKafka } from '@oms/messaging';
import { createLogger, type KafkaAccess } from '@oms/service-kit';

/** `log` gets each step. Throws Error naming the schema or the topic that was refused. */
export async function register(options: {
  registryUrl: string;
  kafka: KafkaAccess;
  log?: (line: string) => void;
  minInsyncReplicas?: number;
  replicationFactor?: number;
  dryRun?: boolean;
}): Promise<RegisterReport> {
  const { kafka, ...contracts } = options;
  const { admin } = createKafka({
    clientId: 'oms-schemas',
    ...kafka,
    logger: createLogger({ name: 'oms-schemas', level: 'warn' }),
  });
  try {
    return await registerContracts({ ...contracts, kafka: admin });
  } finally {
    await admin.close();
  }
}
