// What `@oms/contracts` knows of its schemas - types, and texts it can import -, from the schema folder.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
    { name: 'messages.ts', text: renderMessages(newestOf(schemas)) },
    { name: 'schemas.ts', text: renderSchemas(schemas) },
  ];
}

/** Files on disk that are not what the schemas say. */
export async function staleFiles(): Promise<GeneratedFile[]> {
  const files = renderGenerated();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file.name), 'utf8').catch(() => null)));
  return files.filter((file, index) => file.text !== texts[index]);
}

function renderMessages(newest: readonly SchemaInFolder[]): string {
  const declarations = noDeclarations();
  for (const { schema } of newest) declareRecord(declarations, schema);
  const imports = [
    ...(declarations.brands.size > 0
      ? [`import type { ${[...declarations.brands].sort().join(', ')} } from '../ids.ts';\n`]
      : []),
    ...(declarations.money ? [`import type { Cents } from '../money.ts';\n`] : []),
  ];
  const union = `/** What may be said on Kafka: one of these, told apart by \`eventType\`. */\nexport type Message =\n${newest
    .map(({ schema }) => `  | ${schema.name ?? ''}`)
    .join('\n')};\n
/** The specification's names of the events. */\nexport type EventType = Message['eventType'];\n
/** The message of one event, or of several. */\nexport type MessageOf<T extends EventType> = Extract<Message, { eventType: T }>;\n`;
  return [head + imports.join(''), ...declarations.types.values(), union].join('\n');
}

function renderSchemas(schemas: readonly SchemaInFolder[]): string {
  const rows = schemas.map(({ topic, event, version, schema, text }) => {
    const row = { topic, event, version, eventType: eventTypeOf(schema), recordName: fullNameOf(schema) };
    const known = Object.entries(row).map(
      ([key, value]) => `    ${key}: ${typeof value === 'number' ? value : `'${value ?? ''}'`},\n`,
    );
    return `  {\n${known.join('')}    text: ${quoted(text)},\n  },\n`;
  });
  return `${head}\n/** Every version of every event, oldest version first; \`text\` is what is registered. */\nexport const schemaTexts = [\n${rows.join('')}] as const;\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
