/** Schemas with a `title` become components of the API document, named by it, so that generated clients have a type for each. */

type Json = Record<string, unknown>;

const prefix = '#/components/schemas/';

/** @throws Error when two schemas that differ have the same title */
export function withComponents(document: Json): Json {
  const components = (document['components'] ?? {}) as Json;
  const named = new Map<string, Json>();
  const schemas = entriesOf(components['schemas']).map(([name, schema]) => [name, contentOf(schema, name)] as const);
  const paths = replace(document['paths']);
  for (const [name, schema] of schemas) add(name, schema);
  const sorted = [...named].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...document, paths, components: { ...components, schemas: Object.fromEntries(sorted) } };

  function replace(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    const name = titleOf(value as Json);
    if (name === undefined) return contentOf(value as Json);
    add(name, contentOf(value as Json, name));
    return { $ref: prefix + name };
  }

  function contentOf(schema: Json, name?: string): Json {
    const content = Object.entries(schema).filter(
      ([key]) => name === undefined || key !== 'title' || schema[key] !== name,
    );
    return Object.fromEntries(content.map(([key, value]) => [key, isData(key) ? value : replace(value)]));
  }

  function add(name: string, schema: Json): void {
    const known = named.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`Two schemas that differ are called ${name}; give one of them another title.`);
    }
    named.set(name, schema);
  }
}

/** A name of a type; the title of the document itself, and of a problem in an example, are texts. */
function titleOf({ title, type, anyOf }: Json): string | undefined {
  const isSchema = type !== undefined || anyOf !== undefined;
  return isSchema && typeof title === 'string' && /^[A-Z][A-Za-z0-9]*$/.test(title) ? title : undefined;
}

function isData(key: string): boolean {
  return key === 'example' || key === 'examples' || key === 'default' || key === 'enum' || key === 'const';
}

function entriesOf(value: unknown): [string, Json][] {
  return Object.entries((value ?? {}) as Record<string, Json>);
}
