// Whether what one version wrote can be read as another, by Avro's rules of schema resolution: each violation with field, rule and remedy.
import { avroTypeOf } from '@oms/contracts/avro-type';
import { inner, inside, know, meaningOf, nameOf, namesAnsweredBy, namesOf, sideOf, type Side } from './named-types.ts';
import type { ComplexSchema, FieldSchema } from './schema-folder.ts';

/**
 * Which rule a pair of schemas breaks, where, and how the change is made compatibly. `field` is a path such as `items[].unitPrice`,
 * empty for the record itself.
 */
export type Incompatibility = { field: string; rule: string; way: string };

// reader kinds that a writer's kind may be read as, beside itself
const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

const ways = {
  type: 'Leave the field as it is, and add one of the new type under a new name, as ["null", type] with "default": null',
  required: 'Make it ["null", type] with "default": null',
  gone: 'Leave it in: older readers need it. Say in its "doc" that it is deprecated, and add a new name beside it as ["null", type] with "default": null',
  name: 'Leave the name as it is. Only a field can be renamed, when it has a default: the new name with "aliases": [the old name]. A new name for a record or an enum is a new field',
  symbols:
    'Leave the symbols as they are, and add a field with a new enum, as ["null", enum] with "default": null. An enum whose first version has a "default" symbol may change them',
  aliases: 'Take the alias off: a field has one source',
  avsc: 'Make the field ["null", type] with "default": null, or leave it as it was',
} as const;

/**
 * Empty when every message written with `writer` can be read with `reader`. Ask twice, the second time the other way round.
 * `newer` is the one that can still be changed: the remedy is for this one.
 */
export function incompatibilities(
  writer: ComplexSchema,
  reader: ComplexSchema,
  newer: 'reader' | 'writer' = 'reader',
): Incompatibility[] {
  const found = compare(sideOf(writer), sideOf(reader), '').map((one) =>
    one.way === ways.required && newer === 'writer' ? { ...one, way: ways.gone } : one,
  );
  return found.length > 0 ? found : refusedByAvsc(writer, reader);
}

function compare(writer: Side, reader: Side, field: string): Incompatibility[] {
  const [from, to] = [know(writer), know(reader)];
  const broken = (rule: string, way: keyof typeof ways): Incompatibility[] => [{ field, rule, way: ways[way] }];
  if (from.kind === 'union')
    return from.branches.flatMap((branch) => compare({ ...writer, schema: branch }, reader, field));
  if (to.kind === 'union') {
    const attempts = to.branches.map((branch) => compare(writer, { ...reader, schema: branch }, field));
    // of a nullable type the branch that is meant is known, and what is wrong with it says more than that none fits
    const meant = to.branches.findIndex((branch) => know({ ...reader, schema: branch }).kind === from.kind);
    if (attempts.some((attempt) => attempt.length === 0)) return [];
    return attempts[meant] ?? broken(`the reader has no branch for ${nameOf(from)}, only ${namesOf(to)}`, 'type');
  }
  if (from.kind !== to.kind && !promotions[from.kind]?.includes(to.kind))
    return broken(`${nameOf(from)} cannot be read as ${nameOf(to)}: the type must stay`, 'type');
  if (meaningOf(from.schema) !== meaningOf(to.schema)) {
    const [is, as] = [meaningOf(from.schema), meaningOf(to.schema)];
    return broken(`${is} cannot be read as ${as}: the logical type must stay`, 'type');
  }
  if (['record', 'enum', 'fixed'].includes(from.kind) && !namesAnsweredBy(to).includes(namesAnsweredBy(from)[0] ?? ''))
    return broken(`${nameOf(from)} was renamed to ${nameOf(to)}: names must stay`, 'name');
  if (from.kind === 'record') return compareFields(writer, from.schema, reader, to.schema, field);
  if (from.kind === 'enum') return missingSymbols(from.schema, to.schema).flatMap((rule) => broken(rule, 'symbols'));
  if (from.kind === 'array')
    return compare(inner(writer, from.schema.items), inner(reader, to.schema.items), `${field}[]`);
  if (from.kind === 'map')
    return compare(inner(writer, from.schema.values), inner(reader, to.schema.values), `${field}{}`);
  if (from.kind === 'fixed' && from.schema.size !== to.schema.size)
    return broken('the size of a fixed must stay', 'type');
  return [];
}

function compareFields(
  writer: Side,
  from: ComplexSchema,
  reader: Side,
  to: ComplexSchema,
  path: string,
): Incompatibility[] {
  return (to.fields ?? []).flatMap((field): Incompatibility[] => {
    const at = path === '' ? field.name : `${path}.${field.name}`;
    const [source, another] = sourcesOf(field, from);
    if (source !== undefined && another !== undefined)
      return [
        { field: at, rule: `the writer has both "${source.name}" and "${another.name}", its alias`, way: ways.aliases },
      ];
    if (source !== undefined) return compare(inside(writer, from, source), inside(reader, to, field), at);
    if ('default' in field) return [];
    return [
      { field: at, rule: 'the reader has it without a default, and the writer does not write it', way: ways.required },
    ];
  });
}

/** The writer's fields that a reader's field is filled from: of its own name, or of an alias. */
function sourcesOf({ name, aliases = [] }: FieldSchema, from: ComplexSchema): FieldSchema[] {
  return [name, ...aliases].flatMap((known) => from.fields?.find((field) => field.name === known) ?? []);
}

function missingSymbols(from: ComplexSchema, to: ComplexSchema): string[] {
  const missing = (from.symbols ?? []).filter((symbol) => !to.symbols?.includes(symbol));
  return missing.length === 0 || to.default !== undefined
    ? []
    : [`the reader's enum ${to.name ?? ''} lacks ${missing.join(', ')} and has no default symbol`];
}

/** The rules above are ours to explain; avsc has the last word, as it is what reads. */
function refusedByAvsc(writer: ComplexSchema, reader: ComplexSchema): Incompatibility[] {
  try {
    avroTypeOf(JSON.stringify(reader)).createResolver(avroTypeOf(JSON.stringify(writer)));
    return [];
  } catch (error) {
    return [{ field: '', rule: (error as Error).message.slice(0, 300), way: ways.avsc }];
  }
}
