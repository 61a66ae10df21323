// Generates the code of `@oms/contracts` from the schema folder: types, and schema texts that can be imported.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outgoingName, outgoingTypes, type OutgoingTypes } from './outgoing-types.ts';
import {
  contractsFolder,
  eventTypeOf,
  fullNameOf,
  newestOf,
  readSchemaFolder,
  type SchemaInFolder,
} from './schema-folder.ts';
import { declareRecord, noDeclarations } from './typescript-of.ts';

/** A file's name in `libs/contracts/src/generated/`, and what it must hold. */
export type GeneratedFile = { name: string; text: string };

const head = '// Generated from schemas/. Do not edit: run `npm run oms -- schemas generate`.\n';
const folder = join(contractsFolder, 'src', 'generated');

export function renderGenerated(schemas: readonly SchemaInFolder[] = readSchemaFolder()): GeneratedFile[] {
  return [
    { name: 'messages.ts', text: renderMessages(schemas) },
    { name: 'schemas.ts', text: renderSchemas(schemas) },
  ];
}

/** Files on disk that are not what the schemas say. */
export async function staleFiles(): Promise<GeneratedFile[]> {
  const files = renderGenerated();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file.name), 'utf8').catch(() => null)));
  return files.filter((file, index) => file.text !== texts[index]);
}

function renderMessages(schemas: readonly SchemaInFolder[]): string {
  const newest = newestOf(schemas);
  const declarations = noDeclarations();
  for (const { schema } of newest) declareRecord(declarations, schema);
  const outgoing = newest.map((event) => outgoingTypes(event.schema, firstOf(schemas, event).schema));
  const imports = [
    ...(declarations.brands.size > 0
      ? [`import type { ${[...declarations.brands].sort().join(', ')} } from '../ids.ts';\n`]
      : []),
    ...(declarations.money ? [`import type { Cents } from '../money.ts';\n`] : []),
  ];
  const names = newest.map(({ schema }) => schema.name ?? '');
  return [
    head + imports.join(''),
    ...declarations.types.values(),
    ...outgoing.flatMap((types) => [...types.values()]),
    renderUnions(names, outgoing),
  ].join('\n');
}

function renderUnions(names: readonly string[], outgoing: readonly OutgoingTypes[]): string {
  const union = (members: readonly string[]) => members.map((name) => `  | ${name}`).join('\n');
  const written = names.map((name, at) => outgoingName(name, outgoing[at] ?? new Map<string, string>()));
  return `/** A message as it is read from Kafka, distinguished by \`eventType\`. */\nexport type Message =\n${union(names)};\n
/** A message to be written. A nullable field that the event's first version lacks may be left out: it is then null. */\nexport type OutgoingMessage =\n${union(written)};\n
/** The specification's names of the events. */\nexport type EventType = Message['eventType'];\n
/** The message of one event, or of several. */\nexport type MessageOf<T extends EventType> = Extract<Message, { eventType: T }>;\n`;
}

function firstOf(schemas: readonly SchemaInFolder[], { topic, event }: SchemaInFolder): SchemaInFolder {
  return schemas.find((schema) => schema.topic === topic && schema.event === event)!;
}

function renderSchemas(schemas: readonly SchemaInFolder[]): string {
  const rows = schemas.map(({ topic, event, version, schema, text }) => {
    const row = { topic, event, version, eventType: eventTypeOf(schema), recordName: fullNameOf(schema) };
    const fields = Object.entries(row).map(
      ([key, value]) => `    ${key}: ${typeof value === 'number' ? value : `'${value ?? ''}'`},\n`,
    );
    return `  {\n${fields.join('')}    text: ${quoted(text)},\n  },\n`;
  });
  return `${head}\n/** Every version of every event, oldest version first; \`text\` is what is registered. */\nexport const schemaTexts = [\n${rows.join('')}] as const;\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
