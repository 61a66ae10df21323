/** Reads records of one schema as records of another: fields by name or alias, in the writer's order, and defaults for missing ones. */
import type { Type } from 'avsc';
import type { ReadValue } from './cursor.ts';
import { ResolutionError, collect, type Problem, type ProblemKind } from './resolution-error.ts';
import { nameOf, type RecordOf } from './type-kinds.ts';
import { valueSkipper } from './value-skipper.ts';

type Field = RecordOf['fields'][number];

/**
 * Generates JavaScript with a variable for each field and an object literal: a loop over names takes twice as long. Throws ResolutionError
 * with the problems of all fields.
 */
export function recordReader(
  writer: RecordOf,
  reader: RecordOf,
  readerOf: (writer: Type, reader: Type) => ReadValue,
): ReadValue {
  const found: Problem[] = [];
  const sources = reader.fields.map((field) => sourceOf(field, writer, reader, found));
  const given: Record<string, unknown> = {};
  const lines: string[] = [];
  for (const [at, written] of writer.fields.entries()) {
    const to = sources.indexOf(written);
    const field = reader.fields[to];
    given[`read${at}`] = field
      ? collect(found, field.name, () => readerOf(written.type, field.type))
      : valueSkipper(written.type);
    lines.push(field ? `const value${to} = read${at}(cursor);` : `read${at}(cursor);`);
  }
  if (found.length > 0) throw new ResolutionError(found);
  for (const [at, field] of reader.fields.entries()) {
    if (sources[at] !== undefined) continue;
    given[`default${at}`] = () => field.defaultValue() as unknown;
    lines.push(`const value${at} = default${at}();`);
  }
  // in brackets "__proto__" is a property like any other
  const entries = reader.fields.map(({ name }, at) => `[${JSON.stringify(name)}]: value${at}`);
  lines.push(`return { ${entries.join(', ')} };`);
  const source = `return (cursor) => {\n${lines.join('\n')}\n}`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- its only input from a schema are field names, quoted by JSON.stringify
  return (new Function(...Object.keys(given), source) as (...given: unknown[]) => ReadValue)(...Object.values(given));
}

/** The writer's field for `field`; undefined when the default is used, or with a problem in `found`. */
function sourceOf(field: Field, writer: RecordOf, reader: RecordOf, found: Problem[]): Field | undefined {
  const broken = (kind: ProblemKind, rule: string) => void found.push({ path: field.name, kind, rule });
  const names = [field.name, ...field.aliases];
  const sources = names.flatMap((name) => writer.fields.find((written) => written.name === name) ?? []);
  const [source, another] = [...new Set(sources)];
  if (source && another) {
    broken('aliases', `the writer has both "${source.name}" and "${another.name}", its alias`);
    return undefined;
  }
  const rival = reader.fields.find(
    (other) => other !== field && field.aliases.some((alias) => [other.name, ...other.aliases].includes(alias)),
  );
  if (rival) {
    const shared = field.aliases.find((alias) => [rival.name, ...rival.aliases].includes(alias));
    broken(
      'aliases',
      `two fields of ${nameOf(reader)} would be "${shared}": it is an alias of this one, and names "${rival.name}"`,
    );
    return undefined;
  }
  if (!source && field.defaultValue() === undefined)
    broken('required', 'the reader has it without a default, and the writer does not write it');
  return source;
}
