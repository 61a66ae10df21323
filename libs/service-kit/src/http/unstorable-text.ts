/** Finds what JSON allows and we refuse: duplicate keys, deep nesting, text that PostgreSQL cannot store. */

export type BodyError = { kind: 'duplicate' } | { kind: 'depth' } | { kind: 'text'; field: string };

// Raw control characters are invalid JSON and raw lone surrogates invalid UTF-8, so both can appear only as escapes. A search in the
// text shows whether the values must be checked, which is rare.
const suspiciousEscape = /\\u(0000|d[89a-f])/i;

/** @param text the JSON text
 * @param body the value that was parsed from it */
export function findUnstorableText(text: string, body: unknown, depthMax: number): BodyError | undefined {
  const count = countKeys(body, depthMax);
  if (count === undefined) return { kind: 'depth' };
  // A duplicate key has two colons in the text, and one property in the parsed object.
  if (count !== countColons(text)) return { kind: 'duplicate' };
  if (!suspiciousEscape.test(text)) return undefined;
  const field = findUnstorable(body, []);
  return field === undefined ? undefined : { kind: 'text', field };
}

/** Whether PostgreSQL can store the text: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** The number of keys of all objects in the value; undefined when it is nested too deep. Not recursive, so depth cannot overflow the stack. */
function countKeys(body: unknown, depthMax: number): number | undefined {
  let level: object[] = isObject(body) ? [body] : [];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === depthMax) return undefined;
    const next: object[] = [];
    for (const value of level) {
      const isArray = Array.isArray(value);
      const children: unknown[] = isArray ? value : Object.values(value);
      if (!isArray) count += children.length;
      for (const child of children) if (isObject(child)) next.push(child);
    }
    level = next;
  }
  return count;
}

/** The number of colons outside of strings, one for each key. The text is valid JSON. */
function countColons(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === colon) count += 1;
    else if (code === quote) at = endOfString(text, at);
  }
  return count;
}

/** Whether the JSON text has more fields than that; the text may be invalid. */
export function hasMoreFields(text: string, fieldsMax: number): boolean {
  let count = 0;
  for (let at = 0; at < text.length && count <= fieldsMax; at += 1) {
    const code = text.charCodeAt(at);
    if (code === colon) count += 1;
    else if (code === quote) {
      at = endOfString(text, at);
      if (at < 0) return false; // the parser refuses it
    }
  }
  return count > fieldsMax;
}

const colon = 0x3a;
const quote = 0x22;
const backslash = 0x5c;

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === backslash) before -= 1;
  return (at - before) % 2 === 0;
}

function findUnstorable(value: unknown, path: readonly string[]): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path.join('.') || 'body';
  if (!isObject(value)) return undefined;
  for (const [key, child] of Object.entries(value)) {
    if (!isStorable(key)) return [...path, '(a field name)'].join('.');
    const found = findUnstorable(child, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
