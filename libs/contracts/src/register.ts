/**
 * Prepares Kafka and the registry: topics, compatibility levels, then every version in order. It is idempotent. It has an entry point of its
 * own, `@oms/contracts/register`, to keep the registry library out of the bundles of services.
 */
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { createRegistry, isSchemaId, RegistryUnavailableError, registryAt } from './registry.ts';
import { schemaFiles, type SchemaFile } from './schema-files.ts';
import { deadLetterPlan, deadLetterTopicOf, topics, type Topic } from './topics.ts';

/** A topic to create, or to correct: only the settings of `config`. Without `replicationFactor` it has the brokers' default. */
export type TopicSettings = {
  name: string;
  partitions: number;
  config: Record<string, string>;
  replicationFactor?: number;
};

/** A topic that exists is not as planned. `action` says what becomes of it, such as `changed`, or `left` for what a person must decide. */
export type TopicDifference = {
  topic: string;
  setting: string;
  found: string | null;
  planned: string;
  action: string;
};

/** The part of a Kafka client that creates topics; returns the names of those that it created or changed. */
export type TopicAdmin = {
  ensureTopics(
    plans: TopicSettings[],
    options: { dryRun: boolean; onDifference: (difference: TopicDifference) => void },
  ): Promise<string[]>;
};

/**
 * `topics` were created or changed. In a dry run they would be, and `schemaId` is null for a schema that would be registered.
 */
export type RegisterReport = { topics: string[]; differences: TopicDifference[]; schemas: RegisteredSchema[] };
type LibraryMiddleware = NonNullable<ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']>[number];
type RegisteredSchema = { subject: string; version: number; schemaId: number | null };

const level = COMPATIBILITY.FULL_TRANSITIVE;
// what the registry answers to an incompatible schema, and to one that it cannot parse
const refusals = [409, 422];
const timeoutMs = 10_000;
const notTheRegistry = 'the answer has no schema id, so it is not the registry that answers';
// enough for a batch of messages with headers; one message has at most 1 MiB
const batchBytesMax = 4 * 1024 * 1024;

/**
 * `minInsyncReplicas` and `replicationFactor` are for clusters of several brokers; the defaults are for one. `dryRun` only reads from the
 * brokers and the registry. Rejects with an Error that names the schema when the registry refuses one.
 */
export async function registerContracts({
  registryUrl,
  kafka,
  log = () => {},
  schemas: files = schemaFiles(),
  minInsyncReplicas,
  replicationFactor,
  dryRun = false,
}: {
  registryUrl: string;
  kafka: TopicAdmin;
  log?: (line: string) => void;
  schemas?: readonly SchemaFile[];
  minInsyncReplicas?: number;
  replicationFactor?: number;
  dryRun?: boolean;
}): Promise<RegisterReport> {
  const plans = topicSettings({
    ...(minInsyncReplicas !== undefined && { minInsyncReplicas }),
    ...(replicationFactor !== undefined && { replicationFactor }),
  });
  const differences: TopicDifference[] = [];
  const onDifference = (difference: TopicDifference) => {
    differences.push(difference);
    const { topic, setting, found, planned, action } = difference;
    log(`${topic}: ${setting} is ${found ?? 'not set'}, planned is ${planned}: ${action}`);
  };
  const changed = await kafka.ensureTopics(plans, { dryRun, onDifference });
  log(changed.length > 0 ? `topics created or changed: ${changed.join(', ')}` : 'topics are up to date');
  const idOf = dryRun ? lookUpIn(registryUrl) : await registerIn(registryUrl, files);
  const schemas: RegisteredSchema[] = [];
  for (const file of files) {
    const { subject, version } = file;
    const schemaId = await idOf(file);
    log(`${subject} v${version}: ${schemaId === null ? 'new' : `schema ${schemaId}`}`);
    schemas.push({ subject, version, schemaId });
  }
  return { topics: changed, differences, schemas };
}

/** Returns the id of a schema, or null when it could be registered. */
function lookUpIn(registryUrl: string) {
  const registry = createRegistry(registryUrl);
  return async (file: SchemaFile): Promise<number | null> => {
    const id = await registry.idOf(file.subject, file.text);
    if (id === null && !(await registry.isCompatible(file.subject, file.text)))
      throw refused(file, new Error('it is not compatible with the registered versions'));
    return id;
  };
}

async function registerIn(registryUrl: string, files: readonly SchemaFile[]) {
  const rules = createRegistry(registryUrl);
  // before the first schema: the library sets the level of a subject only after it, too late to refuse that schema
  for (const subject of new Set(files.map((file) => file.subject))) await rules.setCompatibility(subject, level);
  const { host, login: auth } = registryAt(registryUrl);
  const library = new SchemaRegistry({ host, ...(auth && { auth }), middlewares: [withDeadline] });
  return (file: SchemaFile) => registerSchema(library, file);
}

/** The library has no deadline of its own: a registry that accepts a connection and does not answer would stop it. */
const withDeadline: LibraryMiddleware = () => ({
  prepareRequest: async (next) => (await next()).enhance({ timeout: timeoutMs }),
});

async function registerSchema(library: SchemaRegistry, file: SchemaFile): Promise<number> {
  try {
    const { id } = await library.register(
      { type: SchemaType.AVRO, schema: file.text },
      { subject: file.subject, compatibility: level },
    );
    // the library takes any 2xx answer for the registry's
    if (!isSchemaId(id)) throw new RegistryUnavailableError(notTheRegistry);
    return id;
  } catch (error) {
    throw refused(file, error as Error);
  }
}

function refused(file: SchemaFile, cause: Error & { status?: number }): Error {
  const name = `${file.topic}/${file.event}.v${file.version}`;
  const hint =
    cause.status === undefined || refusals.includes(cause.status)
      ? 'If it is incompatible, `npm run oms -- schemas check` says where. Published versions cannot change, and a new version must be compatible with them.'
      : "Is the registry's address right, and is it the registry that answers?";
  return new Error(`Cannot register ${name} under "${file.subject}" (${level}): ${cause.message}. ${hint}`, { cause });
}

/** The settings of each topic and of its dead letters. */
export function topicSettings({
  minInsyncReplicas,
  replicationFactor,
}: { minInsyncReplicas?: number; replicationFactor?: number } = {}): TopicSettings[] {
  const names = Object.keys(topics) as Topic[];
  return names
    .flatMap((topic) => [
      { name: topic as string, ...topics[topic] },
      { name: deadLetterTopicOf(topic), ...deadLetterPlan },
    ])
    .map((plan) => ({
      name: plan.name,
      partitions: plan.partitions,
      ...(replicationFactor !== undefined && { replicationFactor }),
      config: {
        'cleanup.policy': plan.cleanupPolicy,
        'retention.ms': String(plan.retentionMs),
        'min.insync.replicas': String(minInsyncReplicas ?? plan.minInsyncReplicas),
        'max.message.bytes': String(batchBytesMax),
      },
    }));
}
