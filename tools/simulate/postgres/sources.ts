// What stands in a FROM clause: a table, an earlier part of WITH, arrays as rows, a query, or a join of two of them.

import { compileExpr } from './compile-expression.ts';
import { compileSelect } from './compile-select.ts';
import { visible, type StoredRow, type TableData, type Wait } from './rows.ts';
import { scopeOf, type Around, type Env, type Item, type Run } from './scope.ts';
import type { From } from './sql-tree.ts';
import { compare, type Row } from './values.ts';

export type Piece = { row: Row; stored: StoredRow | null };
export type Source = {
  items: Item[];
  /** The table itself, when rows can be looked up in it. */
  table: string | null;
  load: (run: Run, outer: Env | null) => Generator<Wait, readonly (readonly Piece[])[]>;
};

/** What stands for the side of an outer join that has no partner. */
export const nothing: Row = {};

/** A stored row as the statement sees it, if it does. */
export function pieceOf(stored: StoredRow, run: Run): Piece | null {
  const row = visible(stored, run.tx, run.snapshot);
  return row && { row, stored };
}

export function compileSource(from: From, around: Around): Source {
  switch (from.k) {
    case 'table':
      return tableSource(from.name, from.alias, around);
    case 'rows-of':
      return rowsSource(from, around);
    case 'query': {
      const query = compileSelect(from.query, around);
      const items = [{ alias: from.alias, columns: renamed(query.columns, from.columns) }];
      const names = [...items[0]!.columns.keys()];
      return {
        items,
        table: null,
        *load(run, outer) {
          return (yield* query.run(run, outer)).map((row) => [piece(rename(row, names))]);
        },
      };
    }
    case 'join':
      return joinSource(from, around);
  }
}

function tableSource(name: string, alias: string, around: Around): Source {
  const cte = around.ctes.find((known) => known.name === name);
  if (cte) {
    return {
      items: [{ alias, columns: cte.columns }],
      table: null,
      *load(run) {
        const rows = run.ctes.get(cte.key) ?? (yield* cte.run(run));
        run.ctes.set(cte.key, rows);
        return rows.map((row) => [piece(row)]);
      },
    };
  }
  const columns = new Map(around.schema.tables.get(name)?.columns.map((column) => [column.name, column.type]));
  if (columns.size === 0) throw new Error(`The simulated PostgreSQL has no table "${name}" in this database.`);
  return {
    items: [{ alias, columns }],
    table: name,
    *load(run) {
      const pieces: Piece[][] = [];
      for (const stored of (run.tables.get(name) as TableData).rows) {
        const found = pieceOf(stored, run);
        if (found) pieces.push([found]);
      }
      return pieces;
    },
  };
}

function rowsSource(from: Extract<From, { k: 'rows-of' }>, around: Around): Source {
  if (from.call !== 'unnest')
    throw new Error(`The simulated PostgreSQL knows no rows of ${from.call}(); only unnest().`);
  const args = from.args.map((arg) => compileExpr(arg, scopeOf([], around)));
  const types = [...args.map(({ type }) => type.replace(/\[\]$/, '')), ...(from.ordinality ? ['bigint'] : [])];
  const given = from.columns.length > 0 ? from.columns : args.length === 1 ? [from.alias] : [];
  const names = types.map((_, i) => given[i] ?? `unnest_${i}`);
  const columns = new Map(names.map((name, i) => [name, types[i]!]));
  return {
    items: [{ alias: from.alias, columns }],
    table: null,
    *load(run, outer) {
      const env: Env = { run, rows: [], outer, group: null };
      const arrays = args.map((arg) => (arg.of(env) as unknown[] | null) ?? []);
      const count = Math.max(0, ...arrays.map((array) => array.length));
      return Array.from({ length: count }, (_, i) => {
        const values = [...arrays.map((array) => array[i] ?? null), i + 1];
        return [piece(Object.fromEntries(names.map((name, at) => [name, values[at]])))];
      });
    },
  };
}

function joinSource(from: Extract<From, { k: 'join' }>, around: Around): Source {
  const [left, right] = [compileSource(from.left, around), compileSource(from.right, around)];
  const items = [...left.items, ...right.items];
  const scope = scopeOf(items, around);
  const on = from.on && compileExpr(from.on, scope);
  const none = (source: Source): Piece[] => source.items.map(() => piece(nothing));
  return {
    items,
    table: null,
    *load(run, outer) {
      const [lefts, rights] = [yield* left.load(run, outer), yield* right.load(run, outer)];
      const used = new Set<readonly Piece[]>();
      const joined = lefts.flatMap((a) => {
        const partners = rights.filter((b) => matches(run, outer, [...a, ...b]));
        for (const b of partners) used.add(b);
        if (partners.length > 0) return partners.map((b) => [...a, ...b]);
        return from.kind === 'inner' ? [] : [[...a, ...none(right)]];
      });
      return from.kind === 'full'
        ? [...joined, ...rights.filter((b) => !used.has(b)).map((b) => [...none(left), ...b])]
        : joined;
    },
  };

  function matches(run: Run, outer: Env | null, pieces: readonly Piece[]): boolean {
    const rows = pieces.map(({ row }) => row);
    if (on) return on.of({ run, rows, outer, group: null }) === true;
    return from.using.every((name) => {
      const [a, b] = rows.filter((row) => name in row).map((row) => row[name]);
      return a !== null && compare(a, b) === 0;
    });
  }
}

function piece(row: Row): Piece {
  return { row, stored: null };
}

function renamed(columns: ReadonlyMap<string, string>, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...columns].map(([name, type], i) => [names[i] ?? name, type]));
}

function rename(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(Object.values(row).map((value, i) => [names[i]!, value]));
}
