// The messages of the document: an Avro payload, CloudEvents headers and the Kafka key; and the dead letter, which can be any of them.
import {
  cloudEventHeaders,
  cloudEventHeaderDescriptions,
  deadLetterHeaderDescriptions,
  redriveHeaderDescriptions,
  traceHeaderDescriptions,
} from '@oms/messaging/headers';
import type { ComplexSchema } from '../schemas/schema-folder.ts';
import type { EventVersion } from './events.ts';

export const bindingVersion = '0.5.0';
export const deadLetterKey = 'dead-letter';

const confluentAvro = 'application/vnd.confluent.avro';
const keyWords = 'Messages of one key keep their order: they share a partition.';

export function renderMessages(events: readonly EventVersion[]): Record<string, object> {
  return {
    ...Object.fromEntries(events.map((event) => [event.key, renderMessage(event)])),
    [deadLetterKey]: deadLetter,
  };
}

export const headerSchemas = {
  messageHeaders: headers({
    always: cloudEventHeaderDescriptions,
    sometimes: { ...traceHeaderDescriptions, ...redriveHeaderDescriptions },
  }),
  deadLetterHeaders: {
    allOf: [
      { $ref: '#/components/schemas/messageHeaders' },
      headers({ always: deadLetterHeaderDescriptions, sometimes: {} }),
    ],
  },
};

export const traits = {
  message: {
    contentType: confluentAvro,
    headers: { $ref: '#/components/schemas/messageHeaders' },
    correlationId: {
      description: 'What a message is about: all changes of one order, or of one item, have the same.',
      location: '$message.header#/ce_subject',
    },
  },
};

function renderMessage({ key, event, eventType, version, isNewest, subject, schema, ...more }: EventVersion): object {
  return {
    name: eventType,
    title: `${eventType} v${version}`,
    summary: schema.doc,
    traits: [{ $ref: '#/components/messageTraits/message' }],
    payload: { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema },
    bindings: {
      kafka: {
        key: { type: 'string', format: 'uuid', description: `${keyDoc(schema)} ${keyWords}` },
        schemaIdLocation: 'payload',
        schemaIdPayloadEncoding: 'confluent',
        schemaLookupStrategy: 'TopicRecordNameStrategy',
        bindingVersion,
      },
    },
    ...(more.example && { examples: [renderExample(key, more.example, more.publishers[0])] }),
    'x-event': event,
    'x-version': version,
    'x-newest': isNewest,
    'x-subject': subject,
    ...(more.example && { 'x-example-body': more.example.body }),
  };
}

/** The key is the aggregate's id, and the schema says whose id that is. */
function keyDoc({ fields = [] }: ComplexSchema): string {
  return fields.find(({ name }) => name === 'aggregateId')?.doc ?? '';
}

function renderExample(key: string, { message }: NonNullable<EventVersion['example']>, publisher?: string): object {
  return {
    name: key,
    summary: 'As our services read it: money is cents, times are RFC 3339 text.',
    ...(publisher !== undefined && { headers: cloudEventHeaders(message, publisher, undefined) }),
    payload: message,
  };
}

const deadLetter = {
  name: 'DEAD_LETTER',
  title: 'Dead letter',
  summary: 'A message that could not be read or applied: its own bytes, key and headers, and why.',
  headers: { $ref: '#/components/schemas/deadLetterHeaders' },
  // The bytes may be anything: they may be why it is here.
  contentType: 'application/octet-stream',
};

function headers({ always, sometimes }: Record<'always' | 'sometimes', Readonly<Record<string, string>>>): object {
  return {
    type: 'object',
    required: Object.keys(always),
    properties: Object.fromEntries(
      Object.entries({ ...always, ...sometimes }).map(([name, description]) => [name, { type: 'string', description }]),
    ),
  };
}
