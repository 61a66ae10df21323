// PostgreSQL's functions, as far as the house calls them. A new one is a line here.

import { SqlError } from './sql-error.ts';
import type { Run } from './scope.ts';
import { compare, textOf } from './values.ts';

type Args = readonly unknown[];
type Known = { type: string; strict?: false; of: (args: Args, run: Run) => unknown };

const number = (value: unknown) => Number(value);

/** A strict function is not asked when an argument is null: the answer is null. `first`: the type of the first argument. */
export const functions: Readonly<Record<string, Known>> = {
  now: { type: 'timestamptz', of: (_, run) => run.tx.startedAtMs },
  clock_timestamp: { type: 'timestamptz', of: (_, run) => run.nowMs() },
  statement_timestamp: { type: 'timestamptz', of: (_, run) => run.nowMs() },
  gen_random_uuid: { type: 'uuid', of: (_, run) => run.newUuid() },
  uuidv7: {
    type: 'uuid',
    of: (_, run) => {
      const time = Math.max(0, Math.floor(run.nowMs())).toString(16).padStart(12, '0');
      return `${time.slice(0, 8)}-${time.slice(8)}-7${run.newUuid().slice(15)}`;
    },
  },
  set_config: {
    type: 'text',
    of: ([name, value], run) => {
      if (name === 'synchronous_commit') run.tx.relaxed = value === 'off';
      return value;
    },
  },
  pg_try_advisory_lock: { type: 'bool', of: ([key], run) => run.advisory.tryLock(String(key)) },
  coalesce: { type: 'first', strict: false, of: (args) => args.find((arg) => arg !== null) ?? null },
  nullif: {
    type: 'first',
    strict: false,
    of: ([a, b]) => (a !== null && b !== null && compare(a, b) === 0 ? null : a),
  },
  greatest: { type: 'first', strict: false, of: (args) => extreme(args, 1) },
  least: { type: 'first', strict: false, of: (args) => extreme(args, -1) },
  num_nulls: { type: 'int', strict: false, of: (args) => args.filter((arg) => arg === null).length },
  num_nonnulls: { type: 'int', strict: false, of: (args) => args.filter((arg) => arg !== null).length },
  octet_length: {
    type: 'int',
    of: ([value]) => (Buffer.isBuffer(value) ? value.length : Buffer.byteLength(textOf(value))),
  },
  length: { type: 'int', of: ([value]) => (Buffer.isBuffer(value) ? value.length : textOf(value).length) },
  char_length: { type: 'int', of: ([value]) => textOf(value).length },
  lower: { type: 'text', of: ([value]) => textOf(value).toLowerCase() },
  upper: { type: 'text', of: ([value]) => textOf(value).toUpperCase() },
  left: { type: 'text', of: ([value, count]) => textOf(value).slice(0, number(count)) },
  concat: { type: 'text', strict: false, of: (args) => args.map((arg) => (arg === null ? '' : textOf(arg))).join('') },
  abs: { type: 'first', of: ([value]) => Math.abs(number(value)) },
  floor: { type: 'first', of: ([value]) => Math.floor(number(value)) },
  ceil: { type: 'first', of: ([value]) => Math.ceil(number(value)) },
  make_interval: { type: 'interval', of: ([ms]) => ms },
  extract_epoch: { type: 'numeric', of: ([ms]) => number(ms) / 1_000 },
  jsonb_typeof: {
    type: 'text',
    of: ([value]) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value),
  },
  jsonb_array_length: { type: 'int', of: ([value]) => (value as unknown[]).length },
  cardinality: { type: 'int', of: ([value]) => (value as unknown[]).length },
  array_length: { type: 'int', of: ([value]) => (value as unknown[]).length || null },
};

/** Over the rows of a group; nulls are passed over. */
export const aggregates: Readonly<Record<string, { type: string; of: (values: readonly unknown[]) => unknown }>> = {
  count: { type: 'bigint', of: (values) => values.length },
  sum: {
    type: 'first',
    of: (values) => (values.length > 0 ? values.reduce((sum: number, each) => sum + number(each), 0) : null),
  },
  max: { type: 'first', of: (values) => extreme(values, 1) },
  min: { type: 'first', of: (values) => extreme(values, -1) },
  bool_or: { type: 'bool', of: (values) => (values.length > 0 ? values.some(Boolean) : null) },
  bool_and: { type: 'bool', of: (values) => (values.length > 0 ? values.every(Boolean) : null) },
  array_agg: { type: 'first[]', of: (values) => (values.length > 0 ? [...values] : null) },
};

export function call(known: Known, args: Args, run: Run): unknown {
  return known.strict !== false && args.includes(null) ? null : known.of(args, run);
}

export function arithmetic(op: string, a: number, b: number, whole: boolean): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '%':
      return a % b;
    default:
      if (b === 0) throw new SqlError('22012', 'division by zero');
      return whole ? Math.trunc(a / b) : a / b;
  }
}

function extreme(values: readonly unknown[], sign: number): unknown {
  let found: unknown = null;
  for (const value of values) {
    if (value !== null && (found === null || compare(value, found) * sign > 0)) found = value;
  }
  return found;
}
