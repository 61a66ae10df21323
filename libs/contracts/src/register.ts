// Makes Kafka and the registry ready for our messages: topics, compatibility, then every version in order. Run it twice, and nothing changes.
// A path of its own, `@oms/contracts/register`: the registration library would be in every service's bundle, 630 kB and 5 MB of memory.
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { createRegistry, registryAt } from './registry.ts';
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
export type TopicAdmin = { ensureTopics(plans: TopicSettings[], o: { dryRun: boolean }): Promise<string[]> };

/**
 * What is there now. `topics` are those that were made or corrected. Of a dry run, those that would be, and null is the id of a
 * schema that would be registered.
 */
export type RegisterReport = { topics: string[]; schemas: RegisteredSchema[] };
type RegisteredSchema = { subject: string; version: number; schemaId: number | null };

const level = COMPATIBILITY.FULL_TRANSITIVE;
// room for a batch of messages, headers included; one message has at most 1 MiB
const batchBytesMax = 4 * 1024 * 1024;

/**
 * `minInsyncReplicas` and `replicationFactor` are for clusters of several brokers; the plans are for one. `dryRun` asks the brokers and
 * the registry the same, and changes nothing. Throws Error naming the schema when the registry refuses one.
 */
export async function registerContracts(o: {
  registryUrl: string;
  kafka: TopicAdmin;
  log?: (line: string) => void;
  schemas?: readonly SchemaFile[];
  minInsyncReplicas?: number;
  replicationFactor?: number;
  dryRun?: boolean;
}): Promise<RegisterReport> {
  const { log = () => {}, dryRun = false, schemas: files = schemaFiles() } = o;
  const touched = await o.kafka.ensureTopics(topicSettings(o), { dryRun });
  log(touched.length > 0 ? `topics made or corrected: ${touched.join(', ')}` : 'topics are as planned');
  const bring = dryRun ? lookUpIn(o.registryUrl) : await registerIn(o.registryUrl, files);
  const schemas: RegisteredSchema[] = [];
  for (const file of files) {
    const { subject, version } = file;
    const schemaId = await bring(file);
    log(`${subject} v${version}: ${schemaId === null ? 'new' : `schema ${schemaId}`}`);
    schemas.push({ subject, version, schemaId });
  }
  return { topics: touched, schemas };
}

/** Answers the id of a schema, or null when it could be registered. */
function lookUpIn(registryUrl: string) {
  const registry = createRegistry(registryUrl);
  return async (file: SchemaFile): Promise<number | null> => {
    const id = await registry.idOf(file.subject, file.text);
    if (id === null && !(await registry.isCompatible(file.subject, file.text)))
      throw refused(file, new Error('it is not compatible with what is registered'));
    return id;
  };
}

async function registerIn(registryUrl: string, files: readonly SchemaFile[]) {
  const rules = createRegistry(registryUrl);
  // before the first schema: the library sets a subject's level only after it, and by then any schema is in
  for (const subject of new Set(files.map((file) => file.subject))) await rules.setCompatibility(subject, level);
  const { host, login: auth } = registryAt(registryUrl);
  const library = new SchemaRegistry({ host, ...(auth && { auth }) });
  return (file: SchemaFile) => registerSchema(library, file);
}

async function registerSchema(library: SchemaRegistry, file: SchemaFile): Promise<number> {
  try {
    const { id } = await library.register(
      { type: SchemaType.AVRO, schema: file.text },
      { subject: file.subject, compatibility: level },
    );
    return id;
  } catch (error) {
    throw refused(file, error as Error);
  }
}

function refused(file: SchemaFile, cause: Error): Error {
  const name = `${file.topic}/${file.event}.v${file.version}`;
  return new Error(
    `Cannot register ${name} under "${file.subject}" (${level}): ${cause.message}. ` +
      'If it is incompatible, `npm run oms -- schemas check` says where; what is published stays, and a new version must go with it.',
    { cause },
  );
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
