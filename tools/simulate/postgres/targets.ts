// What a query shows of the rows it found: named values, in their order.

import { compileExpr } from './compile-expression.ts';
import { aggregates } from './functions.ts';
import type { Code, Env, Scope } from './scope.ts';
import type { Expr, Target } from './sql-tree.ts';
import type { Row } from './values.ts';

export type Shown = { name: string; code: Code };

export function compileTargets(targets: readonly Target[], scope: Scope): Shown[] {
  const shown: Shown[] = [];
  const add = (name: string, code: Code) => {
    const taken = shown.filter((each) => each.name === name || each.name.startsWith(`${name} `)).length;
    shown.push({ name: taken > 0 ? `${name} ${taken + 1}` : name, code });
  };
  for (const { expr, as } of targets) {
    if (expr.k !== 'star') {
      add(as ?? nameOf(expr), compileExpr(expr, scope));
      continue;
    }
    for (const { alias, columns } of scope.items) {
      if (expr.table !== null && expr.table !== alias) continue;
      for (const name of columns.keys()) add(name, compileExpr({ k: 'column', table: alias, name }, scope));
    }
  }
  return shown;
}

export function show(shown: readonly Shown[], env: Env): Row {
  const row: Record<string, unknown> = {};
  for (const { name, code } of shown) row[name] = code.of(env) ?? null;
  return row;
}

/** Of both sides of a union: what has no type on the left has the one of the right. */
export function columnsOf(
  shown: readonly Shown[],
  union: { columns: ReadonlyMap<string, string> } | null,
): ReadonlyMap<string, string> {
  const rights = [...(union?.columns.values() ?? [])];
  return new Map(
    shown.map(({ name, code }, at) => [name, code.type === 'unknown' ? (rights[at] ?? 'unknown') : code.type]),
  );
}

export function positioned(row: Row, shown: readonly Shown[]): Row {
  const values = Object.values(row);
  return Object.fromEntries(shown.map(({ name }, at) => [name, values[at]]));
}

export function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

export function hasAggregate(expr: Expr): boolean {
  if (expr.k === 'call') return expr.name in aggregates || expr.args.some(hasAggregate);
  if (expr.k === 'cast' || expr.k === 'not' || expr.k === 'minus' || expr.k === 'is') return hasAggregate(expr.of);
  if (expr.k === 'binary') return hasAggregate(expr.left) || hasAggregate(expr.right);
  return false;
}

function nameOf(expr: Expr): string {
  if (expr.k === 'column' || expr.k === 'call') return expr.name;
  return expr.k === 'cast' ? nameOf(expr.of) : '?column?';
}
