// What a table allows: defaults for what is left out, NOT NULL, CHECK, and no two rows with the same key.

import { compileExpr } from './compile-expression.ts';
import { insertRow, rowsBy, waitFor, type StoredRow, type TableData, type Wait } from './rows.ts';
import { scopeOf, type Code, type Env, type Run, type Scope } from './scope.ts';
import type { Table, Unique } from './schema.ts';
import { SqlError } from './sql-error.ts';
import { coerce, compare, type Row } from './values.ts';

type Schema = Scope['schema'];
type Rules = { defaults: Map<string, Code>; checks: { name: string; code: Code }[]; partial: Map<Unique, Code> };

const rulesOf = new WeakMap<Table, Rules>();

/** A row to be: complete and checked; `store` puts it into the table. */
export function insertFresh(run: Run, table: TableData, given: ReadonlyMap<string, unknown>, schema: Schema) {
  const rules = compiledRules(table.schema, schema);
  const data: Record<string, unknown> = {};
  for (const { name, type, identity } of table.schema.columns) {
    const otherwise = rules.defaults.get(name);
    const value = given.has(name) ? given.get(name) : identity ? table.nextId++ : otherwise?.of(bare(run));
    data[name] = coerce(value ?? null, type, schema.enums);
  }
  checkRow(run, table, data, schema);
  return {
    data: data as Row,
    store(): Row {
      insertRow(table, run.tx, data);
      return data;
    },
  };
}

export function checkRow(run: Run, table: TableData, data: Row, schema: Schema): void {
  for (const { name, notNull } of table.schema.columns) {
    if (notNull && (data[name] ?? null) === null) {
      throw new SqlError(
        '23502',
        `null value in column "${name}" of relation "${table.schema.name}" violates not-null constraint`,
      );
    }
  }
  const env: Env = { run, rows: [data], outer: null, group: null };
  for (const { name, code } of compiledRules(table.schema, schema).checks) {
    // Unknown passes, as in PostgreSQL.
    if (code.of(env) === false) {
      const message = `new row for relation "${table.schema.name}" violates check constraint "${name}"`;
      throw new SqlError('23514', message, { constraint: name });
    }
  }
}

export type Conflict = { row: StoredRow; expected: boolean; error: SqlError };

/**
 * A row that already has a key of `data`, once every transaction that may yet write or delete such a row is over.
 * @param columns the key that ON CONFLICT names; null for any
 */
export function* conflictWith(
  run: Run,
  table: TableData,
  data: Row,
  columns: readonly string[] | null,
  except: StoredRow | null,
): Generator<Wait, Conflict | null> {
  for (const unique of table.schema.uniques) {
    if (unique.columns.some((column) => (data[column] ?? null) === null) || !applies(run, table, unique, data))
      continue;
    for (;;) {
      const row = [...withKey(run, table, unique, data)].find((each) => each !== except);
      if (!row) break;
      const writer = row.pending?.by ?? null;
      if (writer && writer !== run.tx) {
        yield* waitFor(writer, run.tx);
        continue;
      }
      const message = `duplicate key value violates unique constraint "${unique.name}"`;
      return {
        row,
        expected:
          columns === null || columns.join() === unique.columns.join() || columns[0] === `constraint:${unique.name}`,
        error: new SqlError('23505', message, { constraint: unique.name }),
      };
    }
  }
  return null;
}

/** Rows that have the key now, or may have it once their writer has ended. */
function* withKey(run: Run, table: TableData, unique: Unique, data: Row): Generator<StoredRow> {
  const [first] = unique.columns;
  for (const row of rowsBy(table, first!, data[first!]) ?? table.rows) {
    const states = row.pending?.by === run.tx ? [row.pending.data] : [row.versions.at(-1)?.data, row.pending?.data];
    const same = (state: Row | null | undefined) =>
      !!state &&
      unique.columns.every((column) => compare(state[column], data[column]) === 0) &&
      applies(run, table, unique, state);
    if (states.some(same)) yield row;
  }
}

function applies(run: Run, table: TableData, unique: Unique, data: Row): boolean {
  if (!unique.where) return true;
  const code = rulesOf.get(table.schema)?.partial.get(unique);
  return code?.of({ run, rows: [data], outer: null, group: null }) === true;
}

function compiledRules(table: Table, schema: Schema): Rules {
  const known = rulesOf.get(table);
  if (known) return known;
  const columns = new Map(table.columns.map(({ name, type }) => [name, type]));
  const scope = scopeOf([{ alias: table.name, columns }], { schema, ctes: [] });
  const rules: Rules = {
    defaults: new Map(
      table.columns.flatMap(({ name, otherwise }) =>
        otherwise ? [[name, compileExpr(otherwise, scope)] as const] : [],
      ),
    ),
    checks: table.checks.map(({ name, expr }) => ({ name, code: compileExpr(expr, scope) })),
    partial: new Map(
      table.uniques.flatMap((unique) => (unique.where ? [[unique, compileExpr(unique.where, scope)] as const] : [])),
    ),
  };
  rulesOf.set(table, rules);
  return rules;
}

function bare(run: Run): Env {
  return { run, rows: [], outer: null, group: null };
}
