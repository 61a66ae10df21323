// Names of records, enums and fixed types: a name belongs to one event, and an alias to one type.
import { fullNameOf, type AvroSchema, type ComplexSchema, type SchemaInFolder } from './schema-folder.ts';

/** Every schema inside `schema`, itself included, with its path from there: `[]` is an item of an array, `{}` a value of a map. */
export function* typesIn(schema: AvroSchema | undefined, path = ''): Generator<{ schema: AvroSchema; path: string }> {
  if (schema === undefined) return;
  yield { schema, path };
  if (typeof schema === 'string') return;
  if (Array.isArray(schema)) {
    for (const branch of schema) yield* typesIn(branch, path);
    return;
  }
  if (typeof schema.type === 'object') yield* typesIn(schema.type, path);
  yield* typesIn(schema.items, `${path}[]`);
  yield* typesIn(schema.values, `${path}{}`);
  for (const field of schema.fields ?? [])
    yield* typesIn(field.type, path === '' ? field.name : `${path}.${field.name}`);
}

/** Two definitions under one name could not be in one registry, or one program. */
export function clashes(schemas: readonly SchemaInFolder[]): { path: string; message: string }[] {
  const owners = new Map<string, string>();
  return schemas.flatMap(({ path, topic, event, schema }) => {
    const own = `${topic}/${event}`;
    const named = namedIn(schema, schema.namespace ?? '');
    const taken = named.flatMap(({ name }) => {
      const owner = owners.get(name) ?? own;
      owners.set(name, owner);
      return owner === own ? [] : [`defines "${name}", which ${owner} defines already. Give it a name of its own.`];
    });
    return [...taken, ...sharedAliases(named)].map((message) => ({ path, message }));
  });
}

type Named = { name: string; aliases: readonly string[] };

function namedIn(schema: AvroSchema | undefined, namespace: string): Named[] {
  if (schema === undefined || typeof schema === 'string') return [];
  if (Array.isArray(schema)) return schema.flatMap((branch) => namedIn(branch, namespace));
  const own = schema.namespace ?? namespace;
  const children = [schema.items, schema.values, ...(schema.fields ?? []).map((field) => field.type)];
  if (typeof schema.type === 'object') children.push(schema.type);
  return [
    ...(schema.name === undefined ? [] : [toNamed(schema, own)]),
    ...children.flatMap((child) => namedIn(child, own)),
  ];
}

function toNamed(schema: ComplexSchema, namespace: string): Named {
  const aliases = (schema.aliases ?? []).map((alias) => (alias.includes('.') ? alias : `${namespace}.${alias}`));
  return { name: fullNameOf({ namespace, ...schema }), aliases };
}

/** A type that is written under the alias would be two types at once. */
function sharedAliases(named: readonly Named[]): string[] {
  return named.flatMap(({ name, aliases }, at) =>
    aliases.flatMap((alias) => {
      const other = named.find((one, index) => index !== at && (one.name === alias || one.aliases.includes(alias)));
      return other === undefined
        ? []
        : [
            `gives "${name}" the alias "${alias}", which also names "${other.name}". Take the alias off: a name has one type.`,
          ];
    }),
  );
}
