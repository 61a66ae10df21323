// `oms schemas register`: makes a Kafka cluster and a schema registry ready for what this build says and reads.
import { registerContracts, type RegisterReport } from '@oms/contracts/register';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';

/** `log` hears each step. Throws Error naming the schema or the topic that was refused. */
export async function register(o: {
  registryUrl: string;
  brokers: string[];
  log?: (line: string) => void;
  minInsyncReplicas?: number;
  replicationFactor?: number;
  dryRun?: boolean;
}): Promise<RegisterReport> {
  const { brokers, ...contracts } = o;
  const { admin } = createKafka({
    clientId: 'oms-schemas',
    brokers,
    logger: createLogger({ name: 'oms-schemas', level: 'warn' }),
  });
  try {
    return await registerContracts({ ...contracts, kafka: admin });
  } finally {
    await admin.close();
  }
}
