// A query: rows found, judged, sorted, locked in that order until there are enough, and shown.

import { alike, compileExpr } from './compile-expression.ts';
import { compileFrom, type Found } from './compile-from.ts';
import { compileWrite } from './compile-write.ts';
import { current, lockRow, type Wait } from './rows.ts';
import { scopeOf, type Around, type Code, type Env, type KnownCte, type Run, type Scope } from './scope.ts';
import type { Cte, Expr, Order, Select } from './sql-tree.ts';
import { columnsOf, compileTargets, hasAggregate, positioned, show, unique, type Shown } from './targets.ts';
import { compare, type Row } from './values.ts';

export type Compiled = {
  columns: ReadonlyMap<string, string>;
  usesOuter: boolean;
  run: (run: Run, outer: Env | null) => Generator<Wait, readonly Row[]>;
};

export function compileSelect(written: Select, outside: Around): Compiled {
  const around = { ...outside, ctes: compileCtes(written.ctes, outside) };
  if (written.values) return compileValues(written.values, around);
  const select = rowsInTargets(written);
  const { scope, load } = compileFrom(select.from, around);
  const where = select.where && compileExpr(select.where, scope);
  const shown = compileTargets(select.targets, scope);
  const grouped = select.groupBy.length > 0 || select.targets.some(({ expr }) => hasAggregate(expr));
  const groupBy = select.groupBy.map((expr) => byPosition(expr, shown, scope));
  const having = select.having && compileExpr(select.having, scope);
  const orderBy = compileOrder(select.orderBy, shown, scope);
  const limit = select.limit && compileExpr(select.limit, scope);
  const union = select.union && compileSelect(select.union.with, around);
  return {
    columns: columnsOf(shown, union),
    usesOuter: scope.usesOuter,
    *run(run, outer) {
      const base: Env = { run, rows: [], outer, group: null };
      for (const plan of scope.plans) run.answers.set(plan.key, yield* plan.run(run, base));
      const loaded = yield* load(run, outer, select.where);
      let found: Env[] = where ? loaded.filter((env) => where.of(env) === true) : loaded;
      if (grouped)
        found = groups(found as Found[], groupBy, base, scope).filter((env) => !having || having.of(env) === true);
      if (orderBy.length > 0 && !union) found.sort(by(orderBy));
      const most = limit ? Number(limit.of(base) ?? Infinity) : Infinity;
      if (select.lock) found = yield* lockInOrder(found as Found[], most, select.lock.skipLocked, run);
      let rows = (union ? found : found.slice(0, most)).map((env) => show(shown, env));
      if (union) rows = [...rows, ...(yield* union.run(run, outer)).map((row) => positioned(row, shown))];
      return select.distinct || (union?.usesOuter === false && !select.union?.all) ? unique(rows) : rows;
    },
  };

  function* lockInOrder(
    found: readonly Found[],
    most: number,
    skipLocked: boolean,
    run: Run,
  ): Generator<Wait, Found[]> {
    const locked: Found[] = [];
    for (const env of found) {
      if (locked.length >= most) break;
      const now = yield* lockedNow(env, skipLocked, run);
      if (now && (now === env || !where || where.of(now) === true)) locked.push(now);
    }
    return locked;
  }
}

/** The combination under its locks, with its rows as they are now; null when one is gone or is to be skipped. */
export function* lockedNow(env: Found, skipLocked: boolean, run: Run): Generator<Wait, Found | null> {
  let now = env;
  for (const [i, stored] of env.stored.entries()) {
    if (!stored) continue;
    if (!(yield* lockRow(stored, run.tx, { skipLocked }))) return null;
    const row = current(stored, run.tx);
    if (!row) return null;
    if (row === env.rows[i]) continue;
    if (now === env) now = { ...env, rows: [...env.rows] };
    now.rows[i] = row;
  }
  return now;
}

export function compileCtes(ctes: readonly Cte[], outside: Around): readonly KnownCte[] {
  let known = outside.ctes;
  for (const { name, columns: names, statement } of ctes) {
    const around = { ...outside, ctes: known };
    const compiled = statement.k === 'select' ? compileSelect(statement, around) : compileWrite(statement, around);
    const columns = new Map([...compiled.columns].map(([column, type], i) => [names[i] ?? column, type]));
    const run = (of: Run) => compiled.run(of, null);
    known = [{ key: {}, name, columns, run }, ...known];
  }
  return known;
}

function compileValues(values: readonly Expr[][], around: Around): Compiled {
  const scope = scopeOf([], around);
  const lines = values.map((line) => line.map((expr) => compileExpr(expr, scope)));
  const types = (lines[0] ?? []).map(
    (_, at) => lines.map((line) => line[at]!.type).find((type) => type !== 'unknown') ?? 'unknown',
  );
  return {
    columns: new Map(types.map((type, at) => [`column${at + 1}`, type])),
    usesOuter: scope.usesOuter,
    *run(run, outer) {
      const env: Env = { run, rows: [], outer, group: null };
      for (const plan of scope.plans) run.answers.set(plan.key, yield* plan.run(run, env));
      return lines.map((line) =>
        Object.fromEntries(line.map((code, at) => [`column${at + 1}`, alike(code, types[at]!, scope).of(env)])),
      );
    },
  };
}

/** `SELECT unnest(...)` is `SELECT * FROM unnest(...)`. */
function rowsInTargets(select: Select): Select {
  const only = select.targets.length === 1 ? select.targets[0]!.expr : null;
  if (only?.k !== 'call' || only.name !== 'unnest' || select.from.length > 0) return select;
  const from = {
    k: 'rows-of' as const,
    call: 'unnest',
    args: only.args,
    ordinality: false,
    alias: 'unnest',
    columns: [],
  };
  return { ...select, targets: [{ expr: { k: 'star', table: null }, as: null }], from: [from] };
}

function groups(found: readonly Found[], groupBy: readonly Code[], base: Env, scope: Scope): Env[] {
  const empty = scope.items.map(() => ({}));
  if (groupBy.length === 0) return [{ ...(found[0] ?? { ...base, rows: empty }), group: found }];
  const byKey = Map.groupBy(found, (env) => JSON.stringify(groupBy.map((code) => code.of(env))));
  return [...byKey.values()].map((group) => ({ ...group[0]!, group }));
}

function compileOrder(
  orders: readonly Order[],
  shown: readonly Shown[],
  scope: Scope,
): { code: Code; desc: boolean }[] {
  return orders.map(({ expr, desc }) => ({ code: byPosition(expr, shown, scope), desc }));
}

/** ORDER BY and GROUP BY may name a target by its number or its alias. */
function byPosition(expr: Expr, shown: readonly Shown[], scope: Scope): Code {
  if (expr.k === 'const' && typeof expr.value === 'number') return shown[expr.value - 1]!.code;
  const alias = expr.k === 'column' && expr.table === null ? shown.find(({ name }) => name === expr.name) : undefined;
  return alias?.code ?? compileExpr(expr, scope);
}

function by(orders: readonly { code: Code; desc: boolean }[]): (a: Env, b: Env) => number {
  return (a, b) => {
    for (const { code, desc } of orders) {
      const order = compare(code.of(a), code.of(b));
      if (order !== 0) return desc ? -order : order;
    }
    return 0;
  };
}
