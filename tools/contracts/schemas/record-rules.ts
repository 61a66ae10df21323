// The rules for a single schema: documented, named after its file, begins with the five common fields, in a planned topic.
import { topics, type Topic } from '@oms/contracts';
import { avroTypeOf } from '@oms/contracts/avro-type';
import { typesIn } from './named-types.ts';
import {
  eventTypeOf,
  type AvroSchema,
  type ComplexSchema,
  type FieldSchema,
  type SchemaInFolder,
} from './schema-folder.ts';

const commonFields: readonly [name: string, type: string, isType: (type: AvroSchema) => boolean][] = [
  ['eventId', '{ "type": "string", "logicalType": "uuid" }', (type) => isLogical(type, 'string', 'uuid')],
  [
    'eventType',
    'an enum with one symbol',
    (type) => typeof type === 'object' && !Array.isArray(type) && type.symbols?.length === 1,
  ],
  [
    'occurredAt',
    '{ "type": "long", "logicalType": "timestamp-millis" }',
    (type) => isLogical(type, 'long', 'timestamp-millis'),
  ],
  ['aggregateId', '{ "type": "string", "logicalType": "uuid" }', (type) => isLogical(type, 'string', 'uuid')],
  ['aggregateVersion', '"long"', (type) => type === 'long'],
];

/** What is wrong with it, in sentences; empty when nothing is. */
export function brokenRecordRules(file: SchemaInFolder): string[] {
  return [
    ...unparsable(file),
    ...wrongNames(file),
    ...wrongTopic(file),
    ...wrongCommonFields(file.schema),
    ...wrongFields(file.schema),
  ];
}

/** Events that a topic's plan names and no schema describes. */
export function undescribedEvents(files: readonly SchemaInFolder[]): string[] {
  const described = new Set(files.map((file) => `${file.topic} ${eventTypeOf(file.schema) ?? ''}`));
  return Object.entries(topics).flatMap(([topic, plan]) =>
    plan.eventTypes
      .filter((eventType) => !described.has(`${topic} ${eventType}`))
      .map(
        (eventType) =>
          `topics.ts plans ${eventType} for "${topic}", and schemas/${topic}/ has no schema of it. Add one, or take it off the plan.`,
      ),
  );
}

/** Whether the text is an Avro schema whose messages can be written. */
export function isSchema(text: string): boolean {
  return unparsable({ text }).length === 0;
}

function unparsable({ text }: { text: string }): string[] {
  try {
    avroTypeOf(text);
    return [];
  } catch (error) {
    return [`it is no Avro schema: ${(error as Error).message}`];
  }
}

function wrongNames({ event, topic, schema }: SchemaInFolder): string[] {
  const named: [string, string | null | undefined, string][] = [
    ['type', typeof schema.type === 'string' ? schema.type : null, 'record'],
    ['name', schema.name, event.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())],
    ['namespace', schema.namespace, `oms.${topic.replaceAll('-', '_')}`],
    ['eventType', eventTypeOf(schema), event.replaceAll('-', '_').toUpperCase()],
  ];
  return named
    .filter(([, is, should]) => is !== should)
    .map(([what, is, should]) => `its ${what} is "${is ?? ''}" and should be "${should}", as the file's name says.`);
}

function wrongTopic({ topic, schema }: SchemaInFolder): string[] {
  const plan = Object.hasOwn(topics, topic) ? topics[topic as Topic] : undefined;
  if (plan === undefined)
    return [`topic "${topic}" is not planned. Add it to topics.ts: ${Object.keys(topics).join(', ')} are.`];
  const eventType = eventTypeOf(schema);
  return plan.eventTypes.some((planned) => planned === eventType)
    ? []
    : [`${eventType ?? ''} is not planned for "${topic}". Add it to eventTypes in topics.ts.`];
}

function wrongCommonFields(schema: ComplexSchema): string[] {
  return commonFields.flatMap(([name, type, isType], index) => {
    const field = schema.fields?.[index];
    if (field?.name !== name)
      return [
        `field ${index + 1} is "${field?.name ?? ''}" and should be "${name}": every record starts with the common fields.`,
      ];
    return isType(field.type) ? [] : [`field "${name}" is ${JSON.stringify(field.type)} and should be ${type}.`];
  });
}

/** At every level: in lists, maps and nullable fields too. A named type that is used again is checked only where it is defined. */
function wrongFields(record: ComplexSchema): string[] {
  const places = [...typesIn(record)];
  const nullable = new Set<AvroSchema>();
  return places.flatMap(({ schema, path }) => {
    if (typeof schema === 'string') return [];
    if (Array.isArray(schema)) return nullable.has(schema) ? [] : [misplacedUnion(path)];
    const undocumented =
      schema.name === undefined || schema.doc !== undefined
        ? []
        : [`${path === '' ? 'the record' : `the type of "${path}"`} has no "doc". Say what it is.`];
    return [
      ...undocumented,
      ...(schema.fields ?? []).flatMap((field) => {
        if (Array.isArray(field.type)) nullable.add(field.type);
        return wrongField(field, path === '' ? field.name : `${path}.${field.name}`);
      }),
    ];
  });
}

function wrongField({ type, doc, default: value }: FieldSchema, path: string): string[] {
  const isUnion = Array.isArray(type) && !(type.length === 2 && type[0] === 'null' && value === null);
  return [
    ...(doc === undefined ? [`field "${path}" has no "doc". Say what it is.`] : []),
    ...(isUnion
      ? [
          `field "${path}" is a union other than ["null", type] with "default": null, which is the only kind there is here.`,
        ]
      : []),
  ];
}

function misplacedUnion(path: string): string {
  return `"${path}" is a union. Only a field may be one, as ["null", type] with "default": null: put it into a field of a record.`;
}

function isLogical(type: AvroSchema, of: string, logicalType: string): boolean {
  return typeof type === 'object' && !Array.isArray(type) && type.type === of && type.logicalType === logicalType;
}
