// A value written as TypeScript.

/** Texts, numbers, booleans, null, Dates, lists and plain objects. */
export function literalOf(value: unknown): string {
  if (value instanceof Date) return `new Date('${value.toISOString()}')`;
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${literalOf(field)}`);
    return `{ ${fields.join(', ')} }`;
  }
  return JSON.stringify(value);
}
