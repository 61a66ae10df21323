// Every version of every event in the document: its schema, its publisher, its consumers and an example.
import { topicOf, type EventType, type Message, type Topic } from '@oms/contracts';
import { readFixtures } from '../schemas/fixtures.ts';
import {
  eventTypeOf,
  fullNameOf,
  newestOf,
  readSchemaFolder,
  type ComplexSchema,
  type SchemaInFolder,
} from '../schemas/schema-folder.ts';
import type { ServiceMessages } from './services.ts';

/** `key` is the message's name in the document: the schema file's, such as `order-placed.v1`. */
export type EventVersion = {
  key: string;
  event: string;
  eventType: EventType;
  topic: Topic;
  version: number;
  isNewest: boolean;
  subject: string;
  schema: ComplexSchema;
  publishers: string[];
  example: Example | undefined;
};

/** What a consumer takes the bytes for, and the bytes: an Avro body in base64. */
type Example = { message: Message; body: string };

/** In order of topic, event and version. Throws Error when a schema names no event of a topic, as the schemas' check does. */
export function readEvents(services: readonly ServiceMessages[], schemas = readSchemaFolder()): EventVersion[] {
  const newest = new Set(newestOf(schemas));
  const examples = readExamples();
  return schemas.map((schema) => describe(schema, newest.has(schema), services, examples));
}

function describe(
  { path, event, version, schema, topic: folder }: SchemaInFolder,
  isNewest: boolean,
  services: readonly ServiceMessages[],
  examples: ReadonlyMap<string, Example>,
): EventVersion {
  const eventType = eventTypeOf(schema) as EventType | null;
  const topic = eventType === null ? undefined : topicOf[eventType];
  if (eventType === null || topic !== folder)
    throw new Error(
      `Cannot tell of ${path}: its eventType is not planned for this topic. \`oms schemas check\` says why.`,
    );
  return {
    key: `${event}.v${version}`,
    event,
    eventType,
    topic,
    version,
    isNewest,
    schema,
    subject: `${topic}-${fullNameOf(schema)}`,
    publishers: services.filter(({ publishes }) => publishes.includes(eventType)).map(({ service }) => service),
    example: examples.get(path.replace(/\.avsc$/, '')),
  };
}

/** By the schema's path without `.avsc`. Each consumer has one of each; the first will do. */
function readExamples(): Map<string, Example> {
  const examples = new Map<string, Example>();
  for (const { schema, body, message } of readFixtures().toSorted((a, b) => a.path.localeCompare(b.path))) {
    const read = { ...message, occurredAt: new Date(String(message.occurredAt)) } as unknown as Message;
    if (!examples.has(schema)) examples.set(schema, { message: read, body });
  }
  return examples;
}
