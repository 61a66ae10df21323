// Reads the schema folder: every `<topic>/<event>.v<n>.avsc`, in order of topic, event and version.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type FieldSchema = { name: string; type: AvroSchema; doc?: string; default?: unknown; aliases?: string[] };
export type ComplexSchema = {
  type: AvroSchema;
  name?: string;
  namespace?: string;
  aliases?: string[];
  doc?: string;
  fields?: FieldSchema[];
  symbols?: string[];
  items?: AvroSchema;
  values?: AvroSchema;
  size?: number;
  default?: unknown;
  logicalType?: string;
  precision?: number;
  scale?: number;
  brand?: string;
};
/** A schema as its JSON says it: a name, a union, or an object. */
export type AvroSchema = string | AvroSchema[] | ComplexSchema;

/** One version of one event. `path` is relative to the schema folder; `text` is the JSON without spaces. */
export type SchemaInFolder = {
  path: string;
  topic: string;
  event: string;
  version: number;
  schema: ComplexSchema;
  text: string;
};

export const contractsFolder: string = fileURLToPath(new URL('../../../libs/contracts/', import.meta.url));

/** Throws when a file is not JSON or its name is not `<event>.v<n>.avsc`. */
export function readSchemaFolder(folder: string = join(contractsFolder, 'schemas')): SchemaInFolder[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((topic) => readdirSync(join(folder, topic.name)).map((file) => `${topic.name}/${file}`))
    .map((path) => parseSchema(path, readFileSync(join(folder, path), 'utf8')))
    .sort(inOrder);
}

/** By topic, event and version: the order of everything that is made from schemas. */
export function inOrder(a: SchemaInFolder, b: SchemaInFolder): number {
  return a.topic.localeCompare(b.topic) || a.event.localeCompare(b.event) || a.version - b.version;
}

/** `path` is relative to the schema folder. Throws when the text is not JSON or the path not `<topic>/<event>.v<n>.avsc`. */
export function parseSchema(path: string, text: string): SchemaInFolder {
  const [topic = '', file = ''] = path.split('/');
  const [, event, version] = /^([a-z0-9-]+)\.v([1-9]\d*)\.avsc$/.exec(file) ?? [];
  if (event === undefined || version === undefined) {
    throw new Error(
      `Cannot read schema "${path}": its name is not <event>.v<n>.avsc, such as order-placed.v1.avsc. Rename it.`,
    );
  }
  const schema = parseJson(path, text);
  return { path, topic, event, version: Number(version), schema, text: JSON.stringify(schema) };
}

/** The record's name with its namespace. */
export function fullNameOf(schema: ComplexSchema): string {
  return schema.namespace === undefined ? (schema.name ?? '') : `${schema.namespace}.${schema.name ?? ''}`;
}

/** The newest version of each event. */
export function newestOf(schemas: readonly SchemaInFolder[]): SchemaInFolder[] {
  return [...new Map(schemas.map((schema) => [`${schema.topic}/${schema.event}`, schema])).values()];
}

/** The only symbol of the record's `eventType`: the event's name in the specification. */
export function eventTypeOf(schema: ComplexSchema): string | null {
  const type = schema.fields?.find((field) => field.name === 'eventType')?.type;
  const symbols = typeof type === 'object' && !Array.isArray(type) ? type.symbols : undefined;
  return symbols?.length === 1 ? (symbols[0] ?? null) : null;
}

function parseJson(path: string, text: string): ComplexSchema {
  try {
    return JSON.parse(text) as ComplexSchema;
  } catch (error) {
    throw new Error(`Cannot read schema "${path}": it is not JSON (${(error as Error).message}).`, { cause: error });
  }
}
