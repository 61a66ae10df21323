// INSERT, UPDATE and DELETE: each row under its lock, judged again when it was waited for, and held to the table's own rules.

import { alike, compileExpr } from './compile-expression.ts';
import { compileFrom, type Found } from './compile-from.ts';
import { compileCtes, compileSelect, lockedNow, type Compiled } from './compile-select.ts';
import { checkRow, conflictWith, insertFresh } from './constraints.ts';
import { current, lockRow, write, type TableData, type Wait } from './rows.ts';
import { scopeOf, type Around, type Code, type Env, type Run, type Scope } from './scope.ts';
import { SqlError } from './sql-error.ts';
import type { Assign, Delete, Insert, Update, Write } from './sql-tree.ts';
import { compileTargets, show } from './targets.ts';
import { coerce, type Row } from './values.ts';

export type CompiledWrite = Compiled & { rowCount: (run: Run) => number };

export function compileWrite(statement: Write, outside: Around): CompiledWrite {
  const around = { ...outside, ctes: compileCtes(statement.ctes, outside) };
  return statement.k === 'insert' ? compileInsert(statement, around) : compileChange(statement, around);
}

function compileInsert(statement: Insert, around: Around): CompiledWrite {
  const schema = tableOf(statement.table, around);
  const source = compileSelect(statement.source, around);
  const columns = statement.columns.length > 0 ? statement.columns : schema.columns.map(({ name }) => name);
  const known = new Map(schema.columns.map((column) => [column.name, column.type]));
  const scope = scopeOf(
    [
      { alias: statement.alias, columns: known },
      { alias: 'excluded', columns: known },
    ],
    around,
  );
  const set = compileSet(statement.conflict?.set ?? [], scope, known);
  const where = statement.conflict?.where ? compileExpr(statement.conflict.where, scope) : null;
  const shown = compileTargets(statement.returning, scopeOf([{ alias: statement.alias, columns: known }], around));
  const counts = new WeakMap<Run, number>();
  return {
    columns: new Map(shown.map(({ name, code }) => [name, code.type])),
    usesOuter: false,
    rowCount: (run) => counts.get(run) ?? 0,
    *run(run, outer) {
      const table = run.tables.get(statement.table)!;
      const returned: Row[] = [];
      /** Rows that this very statement has inserted or changed. */
      const touched = new Set<Row>();
      for (const values of yield* source.run(run, outer)) {
        const written = yield* upsert(run, table, Object.values(values), touched);
        if (!written) continue;
        touched.add(written);
        returned.push(show(shown, { run, rows: [written], outer, group: null }));
      }
      counts.set(run, returned.length);
      return returned;
    },
  };

  function* upsert(
    run: Run,
    table: TableData,
    values: readonly unknown[],
    touched: ReadonlySet<Row>,
  ): Generator<Wait, Row | null> {
    const given = new Map(columns.map((name, at) => [name, values[at]]));
    const fresh = insertFresh(run, table, given, around.schema);
    for (;;) {
      const conflict = yield* conflictWith(run, table, fresh.data, statement.conflict?.columns ?? null, null);
      if (!conflict) return fresh.store();
      if (!statement.conflict || !conflict.expected) throw conflict.error;
      if (!statement.conflict.set) return null;
      yield* lockRow(conflict.row, run.tx);
      const now = current(conflict.row, run.tx);
      if (!now) continue;
      if (touched.has(now))
        throw new SqlError('21000', 'ON CONFLICT DO UPDATE command cannot affect row a second time');
      const env: Env = { run, rows: [now, fresh.data], outer: null, group: null };
      if (where && where.of(env) !== true) return null;
      const next = assigned(now, set, env);
      checkRow(run, table, next, around.schema);
      write(conflict.row, run.tx, next);
      return next;
    }
  }
}

function compileChange(statement: Update | Delete, around: Around): CompiledWrite {
  const schema = tableOf(statement.table, around);
  const target = { k: 'table' as const, name: statement.table, alias: statement.alias };
  const { scope, load } = compileFrom([target, ...statement.from], around);
  const where = statement.where && compileExpr(statement.where, scope);
  const known = new Map(schema.columns.map((column) => [column.name, column.type]));
  const set = statement.k === 'update' ? compileSet(statement.set, scope, known) : [];
  const shown = compileTargets(statement.returning, scope);
  const counts = new WeakMap<Run, number>();
  return {
    columns: new Map(shown.map(({ name, code }) => [name, code.type])),
    usesOuter: scope.usesOuter,
    rowCount: (run) => counts.get(run) ?? 0,
    *run(run, outer) {
      const table = run.tables.get(statement.table)!;
      for (const plan of scope.plans)
        run.answers.set(plan.key, yield* plan.run(run, { run, rows: [], outer, group: null }));
      const found = (yield* load(run, outer, statement.where)).filter((env) => !where || where.of(env) === true);
      const done = new Set<object>();
      const returned: Row[] = [];
      for (const env of found) {
        const stored = env.stored[0]!;
        // A row that several others match is changed once, by the first of them.
        if (done.has(stored)) continue;
        const now = yield* lockedNow(targetOnly(env), false, run);
        if (!now || (now.rows[0] !== env.rows[0] && where && where.of(now) !== true)) continue;
        done.add(stored);
        returned.push(show(shown, yield* change(run, table, now)));
      }
      counts.set(run, returned.length);
      return returned;
    },
  };

  function* change(run: Run, table: TableData, env: Found): Generator<Wait, Found> {
    const stored = env.stored[0]!;
    if (schema.appendOnly)
      throw new SqlError('P0001', `Cannot ${statement.k} rows of ${schema.name}: it is append-only.`);
    if (statement.k === 'delete') {
      write(stored, run.tx, null);
      return env;
    }
    const next = assigned(env.rows[0]!, set, env);
    checkRow(run, table, next, around.schema);
    const movesKey = schema.uniques.some(({ columns }) =>
      columns.some((column) => next[column] !== env.rows[0]![column]),
    );
    const conflict = movesKey ? yield* conflictWith(run, table, next, null, stored) : null;
    if (conflict) throw conflict.error;
    write(stored, run.tx, next);
    return { ...env, rows: [next, ...env.rows.slice(1)] };
  }
}

type Set_ = { column: string; code: Code; type: string; enums: Scope['schema']['enums'] };

function compileSet(set: readonly Assign[], scope: Scope, types: ReadonlyMap<string, string>): Set_[] {
  return set.map(({ column, expr }) => {
    const type = types.get(column);
    if (type === undefined) throw new SqlError('42703', `column "${column}" does not exist`);
    return { column, code: alike(compileExpr(expr, scope), type, scope), type, enums: scope.schema.enums };
  });
}

function assigned(before: Row, set: readonly Set_[], env: Env): Row {
  const next: Record<string, unknown> = { ...before };
  for (const { column, code, type, enums } of set) next[column] = coerce(code.of(env), type, enums);
  return next;
}

/** Only the target is locked; what it is joined with is read. */
function targetOnly(env: Found): Found {
  return { ...env, stored: env.stored.map((stored, at) => (at === 0 ? stored : null)) };
}

function tableOf(name: string, around: Around) {
  const table = around.schema.tables.get(name);
  if (!table) throw new Error(`The simulated PostgreSQL has no table "${name}" in this database.`);
  return table;
}
