// What an expression can see while it is evaluated, and how a column's name finds its place there.

import type { Advisory } from './advisory.ts';
import type { TableData, Transaction, Wait } from './rows.ts';
import type { Table } from './schema.ts';
import type { Enums, Row } from './values.ts';

/** One execution of one statement. */
export type Run = {
  tx: Transaction;
  /** What was committed up to this number is seen. */
  snapshot: number;
  params: readonly unknown[];
  tables: ReadonlyMap<string, TableData>;
  ctes: Map<object, readonly Row[]>;
  /** Answers of the queries that expressions hold, made before the rows are looked at. */
  answers: Map<object, readonly Row[]>;
  nowMs: () => number;
  newUuid: () => string;
  advisory: Advisory;
};

export type Env = { run: Run; rows: readonly Row[]; outer: Env | null; group: readonly Env[] | null };

export type Code = { type: string; of: (env: Env) => unknown };

export type Item = { alias: string; columns: ReadonlyMap<string, string> };

/** A query inside an expression, run once before the rows when it does not depend on them. */
export type Plan = { key: object; run: (run: Run, outer: Env) => Generator<Wait, readonly Row[]> };

export type KnownCte = {
  key: object;
  name: string;
  columns: ReadonlyMap<string, string>;
  run: (run: Run) => Generator<Wait, readonly Row[]>;
};

export type Scope = {
  items: readonly Item[];
  outer: Scope | null;
  plans: Plan[];
  ctes: readonly KnownCte[];
  schema: { tables: ReadonlyMap<string, Table>; enums: Enums };
  /** Set when a column of an outer query was named: then the query depends on its rows. */
  usesOuter: boolean;
};

/** What a query or a write inherits from where it stands. */
export type Around = Pick<Scope, 'schema' | 'ctes' | 'outer'>;

export function scopeOf(
  items: readonly Item[],
  around: Pick<Scope, 'schema' | 'ctes'> & { outer?: Scope | null },
): Scope {
  const { schema, ctes, outer = null } = around;
  return { items, outer, plans: [], ctes, schema, usesOuter: false };
}

export function columnCode(scope: Scope, table: string | null, name: string): Code {
  let depth = 0;
  for (let at: Scope | null = scope; at; at = at.outer, depth += 1) {
    const index = at.items.findIndex((item) => (table === null || item.alias === table) && item.columns.has(name));
    if (index < 0) continue;
    for (let inner: Scope | null = scope; inner !== at && inner; inner = inner.outer) inner.usesOuter = true;
    return { type: at.items[index]!.columns.get(name)!, of: reader(depth, index, name) };
  }
  throw new Error(`The simulated PostgreSQL finds no column "${table ? `${table}.` : ''}${name}".`);
}

function reader(depth: number, index: number, name: string): (env: Env) => unknown {
  if (depth === 0) return (env) => env.rows[index]![name] ?? null;
  return (env) => {
    let at = env;
    for (let up = depth; up > 0; up--) at = at.outer!;
    return at.rows[index]![name] ?? null;
  };
}
