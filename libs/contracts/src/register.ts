// Makes Kafka and the registry ready for our messages: topics, compatibility, then every version in order. Run it twice, and nothing changes.
// A path of its own, `@oms/contracts/register`: the registration library would be in every service's bundle, 630 kB and 5 MB of memory.
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { createRegistry } from './registry.ts';
import { schemaFiles, type SchemaFile } from './schema-files.ts';
import { deadLetterPlan, deadLetterTopicOf, topics, type Topic } from './topics.ts';

/** A topic to make. Without `replicationFactor` the brokers' default counts. */
export type TopicSettings = {
  name: string;
  partitions: number;
  config: Record<string, string>;
  replicationFactor?: number;
};

/** The side of a Kafka client that makes topics; answers the names it touched. */
export type TopicAdmin = { ensureTopics(plans: TopicSettings[]): Promise<string[]> };

/** What is there now. `topics` are those that were made or corrected. */
export type RegisterReport = { topics: string[]; schemas: { subject: string; version: number; schemaId: number }[] };

const level = COMPATIBILITY.FULL_TRANSITIVE;
// room for a batch of messages, headers included; one message has at most 1 MiB
const batchBytesMax = 4 * 1024 * 1024;

/**
 * `minInsyncReplicas` and `replicationFactor` are for clusters of several brokers; the plans are for one.
 * Throws Error naming the schema when the registry refuses one, with the registry's reason.
 */
export async function registerContracts(o: {
  registryUrl: string;
  kafka: TopicAdmin;
  log?: (line: string) => void;
  schemas?: readonly SchemaFile[];
  minInsyncReplicas?: number;
  replicationFactor?: number;
}): Promise<RegisterReport> {
  const log = o.log ?? (() => {});
  const touched = await o.kafka.ensureTopics(topicSettings(o));
  log(touched.length > 0 ? `topics made or corrected: ${touched.join(', ')}` : 'topics are as planned');

  const files = o.schemas ?? schemaFiles();
  const rules = createRegistry(o.registryUrl);
  const library = new SchemaRegistry({ host: o.registryUrl });
  // before the first schema: the library sets a subject's level only after it, and by then any schema is in
  for (const subject of new Set(files.map((file) => file.subject))) await rules.setCompatibility(subject, level);
  const schemas = [];
  for (const file of files) {
    const schemaId = await registerSchema(library, file);
    log(`${file.subject} v${file.version}: schema ${schemaId}`);
    schemas.push({ subject: file.subject, version: file.version, schemaId });
  }
  return { topics: touched, schemas };
}

async function registerSchema(library: SchemaRegistry, file: SchemaFile): Promise<number> {
  try {
    const { id } = await library.register(
      { type: SchemaType.AVRO, schema: file.text },
      { subject: file.subject, compatibility: level },
    );
    return id;
  } catch (error) {
    const name = `${file.topic}/${file.event}.v${file.version}`;
    throw new Error(
      `Cannot register ${name} under "${file.subject}" (${level}): ${(error as Error).message}. ` +
        'If it is incompatible, `npm run oms -- schemas check` says where; what is published stays, and a new version must go with it.',
      { cause: error },
    );
  }
}

/** How each topic and its dead letters are made. */
export function topicSettings(o: { minInsyncReplicas?: number; replicationFactor?: number } = {}): TopicSettings[] {
  const names = Object.keys(topics) as Topic[];
  return names
    .flatMap((topic) => [
      { name: topic as string, ...topics[topic] },
      { name: deadLetterTopicOf(topic), ...deadLetterPlan },
    ])
    .map((plan) => ({
      name: plan.name,
      partitions: plan.partitions,
      ...(o.replicationFactor === undefined ? {} : { replicationFactor: o.replicationFactor }),
      config: {
        'cleanup.policy': plan.cleanupPolicy,
        'retention.ms': String(plan.retentionMs),
        'min.insync.replicas': String(o.minInsyncReplicas ?? plan.minInsyncReplicas),
        'max.message.bytes': String(batchBytesMax),
      },
    }));
}
