// The schema of a new event: the five common fields, then the given fields in the short form "name:type Description.".
import type { AvroSchema, ComplexSchema, FieldSchema } from '../schemas/schema-folder.ts';

export type EventOptions = {
  topic: string;
  name: string;
  doc: string;
  aggregate: string;
  field?: readonly string[];
  owner?: string;
};

const plain: Readonly<Record<string, AvroSchema>> = {
  string: 'string',
  int: 'int',
  long: 'long',
  double: 'double',
  boolean: 'boolean',
  money: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 },
  time: { type: 'long', logicalType: 'timestamp-millis' },
  uuid: { type: 'string', logicalType: 'uuid' },
};

/** `brands` are the ids there are. Throws Error that quotes what can't be understood, and says what can. */
export function newSchema(options: EventOptions, brands: readonly string[]): ComplexSchema {
  if (!/^[a-z]+(-[a-z0-9]+)*$/.test(options.name))
    throw new Error(
      `"${options.name}" is no name of an event. Say what happened, in kebab-case, such as courier-assigned.`,
    );
  if (!brands.includes(options.aggregate))
    throw new Error(
      `"${options.aggregate}" is no id of libs/contracts/src/ids.ts. Take ${brands.join(', ')}, or add one there.`,
    );
  const record = options.name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return {
    type: 'record',
    name: record,
    namespace: `oms.${options.topic.replaceAll('-', '_')}`,
    doc: options.doc,
    fields: [
      ...commonFields(options, record),
      ...rejoined(options.field ?? []).map((text) => fieldOf(text, record, brands)),
    ],
  };
}

function commonFields({ aggregate, name }: EventOptions, record: string): FieldSchema[] {
  const thing = aggregate.replace(/Id$/, '').toLowerCase();
  return [
    {
      name: 'eventId',
      type: { type: 'string', logicalType: 'uuid', brand: 'EventId' },
      doc: 'Identifies this message for ever; a consumer applies an eventId once.',
    },
    {
      name: 'eventType',
      type: {
        type: 'enum',
        name: `${record}EventType`,
        symbols: [name.replaceAll('-', '_').toUpperCase()],
        doc: 'One symbol, so that no other event can pass for this one.',
      },
      doc: 'The name of the event.',
    },
    { name: 'occurredAt', type: plain['time'] ?? '', doc: 'When it happened, in UTC, to the millisecond.' },
    {
      name: 'aggregateId',
      type: { type: 'string', logicalType: 'uuid', brand: aggregate },
      doc: `Id of the ${thing}; also the Kafka key.`,
    },
    {
      name: 'aggregateVersion',
      type: 'long',
      doc: `Version of the ${thing} at this change: it starts at 1, and each change adds 1.`,
    },
  ];
}

/** Nx takes a single option of several for a list with commas, so a sentence with commas comes in parts. */
function rejoined(parts: readonly string[]): string[] {
  return parts.reduce<string[]>((whole, part) => {
    if (whole.length === 0 || /^\s*\w+:\S/.test(part)) return [...whole, part.trim()];
    return [...whole.slice(0, -1), `${whole.at(-1) ?? ''},${part}`];
  }, []);
}

function fieldOf(text: string, record: string, brands: readonly string[]): FieldSchema {
  const [, name, short, list, nullable, doc] = /^([a-z]\w*):([\w|]+)(\[\])?(\?)?\s+(.+)$/.exec(text) ?? [];
  if (name === undefined || short === undefined || doc === undefined)
    throw new Error(
      `"${text}" is no field. Say "name:type What it is.", such as "etaMinutes:int? Minutes until it arrives.".`,
    );
  const one = typeOf(short, `${record}${name.replace(/^./, (letter) => letter.toUpperCase())}`, doc, brands);
  if (one === undefined)
    throw new Error(
      `Field "${name}" has type "${short}". Take ${[...Object.keys(plain), ...brands].join(', ')}, or symbols such as BIKE|CAR.`,
    );
  const type: AvroSchema = list === undefined ? one : { type: 'array', items: one };
  return nullable === undefined ? { name, type, doc } : { name, type: ['null', type], default: null, doc };
}

function typeOf(short: string, enumName: string, doc: string, brands: readonly string[]): AvroSchema | undefined {
  if (Object.hasOwn(plain, short)) return plain[short];
  if (brands.includes(short)) return { type: 'string', logicalType: 'uuid', brand: short };
  return /^[A-Z][A-Z0-9_]*(\|[A-Z][A-Z0-9_]*)+$/.test(short)
    ? { type: 'enum', name: enumName, doc, symbols: short.split('|') }
    : undefined;
}
