/** Reads records of one schema as records of another: fields by name or alias, in the writer's order, and defaults for missing ones. */
import avsc, { type Type } from 'avsc';
import type { ReadValue } from './cursor.ts';

type RecordOf = InstanceType<typeof avsc.types.RecordType>;
type Field = RecordOf['fields'][number];

/** Generates JavaScript with a variable for each field and an object literal: a loop over names takes twice as long. */
export function recordReader(
  writer: RecordOf,
  reader: RecordOf,
  readerOf: (writer: Type, reader: Type) => ReadValue,
): ReadValue {
  assertSameName(writer, reader);
  const given: Record<string, unknown> = {};
  const lines: string[] = [];
  const sources = reader.fields.map((field) => sourceOf(field, writer));
  for (const [at, written] of writer.fields.entries()) {
    const to = sources.indexOf(written);
    if (to !== sources.lastIndexOf(written)) throw new Error(`two fields of ${reader.name} would be "${written.name}"`);
    // A field that the reader does not have is read too, to skip it.
    given[`read${at}`] = readerOf(written.type, reader.fields[to]?.type ?? bare(written.type));
    lines.push(to < 0 ? `read${at}(cursor);` : `const value${to} = read${at}(cursor);`);
  }
  for (const [at, field] of reader.fields.entries()) {
    if (sources[at] !== undefined) continue;
    given[`default${at}`] = () => field.defaultValue() as unknown;
    lines.push(`const value${at} = default${at}();`);
  }
  const entries = reader.fields.map(({ name }, at) => `${JSON.stringify(name)}: value${at}`);
  lines.push(`return { ${entries.join(', ')} };`);
  const source = `return (cursor) => {\n${lines.join('\n')}\n}`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- its only input from a schema are field names, quoted by JSON.stringify
  return (new Function(...Object.keys(given), source) as (...given: unknown[]) => ReadValue)(...Object.values(given));
}

/** The writer's field for `field`; undefined when the default is used. */
function sourceOf(field: Field, writer: RecordOf): Field | undefined {
  const names = [field.name, ...field.aliases];
  const sources = writer.fields.filter(({ name }) => names.includes(name));
  if (sources.length > 1)
    throw new Error(`"${field.name}" could be any of ${sources.map(({ name }) => name).join(', ')}`);
  if (sources.length === 0 && field.defaultValue() === undefined)
    throw new Error(`"${field.name}" is not written, and has no default`);
  return sources[0];
}

/** A field that is skipped is not validated by its logical type. */
function bare(type: Type): Type {
  return type instanceof avsc.types.LogicalType ? type.underlyingType : type;
}

export function assertSameName(writer: Type, reader: Type): void {
  if (writer.name !== reader.name && !reader.aliases?.includes(writer.name ?? '')) throw cannotRead(writer, reader);
}

export function cannotRead(writer: Type, reader: Type): Error {
  return new Error(`${nameOf(writer)} cannot be read as ${nameOf(reader)}`);
}

function nameOf(type: Type): string {
  return type.name ?? type.typeName;
}
