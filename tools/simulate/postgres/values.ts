// How PostgreSQL's types take values in, compare them, and give them to pg. Times are milliseconds inside, bigint and numeric are numbers.

import { SqlError } from './sql-error.ts';

export type Row = Readonly<Record<string, unknown>>;
/** The labels of each enum type there is. */
export type Enums = ReadonlyMap<string, ReadonlySet<string>>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const bounds: Readonly<Record<string, number>> = {
  int: 2_147_483_647,
  smallint: 32_767,
  bigint: Number.MAX_SAFE_INTEGER,
};
const synonyms: Readonly<Record<string, string>> = {
  ...{ int4: 'int', integer: 'int', int8: 'bigint', boolean: 'bool', decimal: 'numeric' },
  ...{ double: 'float8', real: 'float8', json: 'jsonb', character: 'text' },
};

/** `DECIMAL(10,2)` -> `numeric`, `uuid[]` stays an array. */
export function plainType(type: string): string {
  let plain = plainTypes.get(type);
  if (plain === undefined) plainTypes.set(type, (plain = readType(type)));
  return plain;
}

const plainTypes = new Map<string, string>();

function readType(type: string): string {
  if (type.endsWith('[]')) return `${plainType(type.slice(0, -2))}[]`;
  const bare = type.replace(/\(.*\)$/, '');
  const lower = bare.toLowerCase();
  return synonyms[lower] ?? (known.has(lower) ? lower : bare);
}

const known = new Set(
  'int bigint smallint numeric float8 text varchar bool uuid timestamptz jsonb bytea interval unknown'.split(' '),
);

export function coerce(value: unknown, declared: string, enums: Enums): unknown {
  if (value === null || value === undefined) return null;
  const type = plainType(declared);
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) throw new SqlError('22P02', `malformed array literal: ${textOf(value)}`);
    const of = declared.slice(0, -2);
    return value.map((each) => coerce(each, of, enums));
  }
  switch (type) {
    case 'int':
    case 'smallint':
    case 'bigint':
      return wholeNumber(value, type);
    case 'numeric':
    case 'float8':
      return someNumber(value, type);
    case 'text':
      return textOf(value);
    case 'varchar':
      return bounded(textOf(value), declared);
    case 'bool':
      return typeof value === 'boolean' ? value : /^(t|true|on|1)$/i.test(textOf(value));
    case 'uuid':
      return uuidOf(value);
    case 'timestamptz':
      return momentOf(value);
    case 'jsonb':
      return typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
    case 'interval':
      return intervalMs(value);
    case 'bytea':
    case 'unknown':
      return value instanceof Date ? value.getTime() : value;
    default:
      return label(value, type, enums);
  }
}

/** As pg answers it. */
export function outward(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (type.endsWith('[]')) return (value as unknown[]).map((each) => outward(each, type.slice(0, -2)));
  switch (plainType(type)) {
    case 'bigint':
      return `${value as number}`;
    case 'numeric':
      return (value as number).toFixed(2);
    case 'timestamptz':
      return new Date(Math.floor(value as number));
    case 'jsonb':
      // Several times faster than structuredClone, and JSON is all it can hold.
      return JSON.parse(JSON.stringify(value));
    default:
      return value;
  }
}

/** Below 0, 0 or above, as by ORDER BY; nulls are last. */
export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return Buffer.compare(a, b);
  if (typeof a === 'object' || typeof b === 'object') return compare(JSON.stringify(a), JSON.stringify(b));
  return (a as number) < (b as number) ? -1 : 1;
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : `${value as number}`;
}

function wholeNumber(value: unknown, type: string): number {
  const number = Number(value);
  if (!Number.isFinite(number))
    throw new SqlError('22P02', `invalid input syntax for type ${type}: "${textOf(value)}"`);
  if (Math.abs(number) > bounds[type]!) throw new SqlError('22003', `${type} out of range`);
  return Math.round(number);
}

function someNumber(value: unknown, type: string): number {
  const number = Number(value);
  if (Number.isNaN(number)) throw new SqlError('22P02', `invalid input syntax for type ${type}: "${textOf(value)}"`);
  return number;
}

function uuidOf(value: unknown): string {
  const text = textOf(value);
  if (!uuid.test(text)) throw new SqlError('22P02', `invalid input syntax for type uuid: "${text}"`);
  return text.toLowerCase();
}

function momentOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'infinity') return Infinity;
  if (value === '-infinity') return -Infinity;
  const ms = value instanceof Date ? value.getTime() : Date.parse(textOf(value));
  if (Number.isNaN(ms)) throw new SqlError('22007', `invalid input syntax for type timestamp: "${textOf(value)}"`);
  return ms;
}

function bounded(text: string, declared: string): string {
  const max = Number(/\((\d+)\)/.exec(declared)?.[1] ?? Infinity);
  if (text.length > max) throw new SqlError('22001', `value too long for type character varying(${max})`);
  return text;
}

function label(value: unknown, type: string, enums: Enums): string {
  const labels = enums.get(type);
  if (!labels)
    throw new Error(`The simulated PostgreSQL knows no type "${type}". Teach it in tools/simulate/postgres/values.ts.`);
  const text = textOf(value);
  if (!labels.has(text)) throw new SqlError('22P02', `invalid input value for enum "${type}": "${text}"`);
  return text;
}

const unitsMs: Readonly<Record<string, number>> = {
  ...{ millisecond: 1, second: 1_000, sec: 1_000, minute: 60_000, min: 60_000, hour: 3_600_000, day: 86_400_000 },
};

function intervalMs(value: unknown): number {
  if (typeof value === 'number') return value;
  const [, count, unit = ''] = /^(-?[\d.]+)\s*([a-z]+?)s?$/.exec(textOf(value)) ?? [];
  const ms = unitsMs[unit];
  if (ms === undefined) throw new SqlError('22007', `invalid input syntax for type interval: "${textOf(value)}"`);
  return Number(count) * ms;
}
