// Converts the texts of a query or a path to the types of their schema. Numbers are plain decimal digits; what is no such text stays as it
// is, and the validator refuses it.

type Property = { type?: string | readonly string[]; items?: Property };
type ObjectSchema = { properties?: Readonly<Record<string, Property>> };
type Values = Readonly<Record<string, unknown>>;

// Not `Number(text)`: it takes "Infinity", "1e400", "0x10" and blanks as numbers.
const decimalDigits = /^-?\d{1,30}(\.\d{1,30})?$/;

export function convertValues(schema: unknown, values: unknown): unknown {
  const { properties = {} } = (schema ?? {}) as ObjectSchema;
  if (typeof values !== 'object' || values === null) return values;
  // Without a prototype, as Fastify's own query object: a parameter may be called __proto__.
  const converted = Object.assign(Object.create(null) as Record<string, unknown>, values as Values);
  for (const [name, property] of Object.entries(properties)) {
    if (Object.hasOwn(converted, name)) converted[name] = convert(property, converted[name]);
  }
  return converted;
}

function convert(property: Property, value: unknown): unknown {
  const types = [property.type ?? []].flat();
  if (types.includes('array')) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.map((item) => convert(property.items ?? {}, item));
  }
  if (typeof value !== 'string' || types.includes('string')) return value;
  if ((types.includes('integer') || types.includes('number')) && decimalDigits.test(value)) return Number(value);
  if (types.includes('boolean') && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
