// Which rows of a table can be looked up by an index instead of scanned, and by which values.

import { alike, compileExpr } from './compile-expression.ts';
import type { Env, Scope } from './scope.ts';
import type { Source } from './sources.ts';
import type { Expr } from './sql-tree.ts';

export type LookUp = { item: number; column: string; values: (env: Env) => readonly unknown[] };

/** `column = value` and `column = ANY (values)`, where the values depend on parameters or on rows of what is no table. */
export function findLookUps(where: Expr, sources: readonly Source[], scope: Scope): LookUp[] {
  if (where.k === 'binary' && where.op === 'and') {
    return [...findLookUps(where.left, sources, scope), ...findLookUps(where.right, sources, scope)];
  }
  if (where.k === 'binary' && where.op === '=') {
    return [...lookUp(where.left, where.right, false), ...lookUp(where.right, where.left, false)];
  }
  if (where.k === 'quantified' && where.op === '=' && !where.all) return lookUp(where.left, where.array, true);
  return [];

  function lookUp(column: Expr, value: Expr, many: boolean): LookUp[] {
    if (column.k !== 'column' || !isBound(value)) return [];
    const item = itemOf(column);
    const source = sourceAt(item);
    if (!source?.table || !scope.schema.tables.get(source.table)?.indexed.has(column.name)) return [];
    const type = scope.items[item]!.columns.get(column.name)!;
    const code = alike(compileExpr(value, scope), many ? `${type}[]` : type, scope);
    return [
      {
        item,
        column: column.name,
        values: (env) => (many ? ((code.of(env) as unknown[] | null) ?? []) : [code.of(env)]),
      },
    ];
  }

  function isBound(expr: Expr): boolean {
    if (expr.k === 'param' || expr.k === 'const') return true;
    if (expr.k === 'cast') return isBound(expr.of);
    return expr.k === 'column' && itemOf(expr) >= 0 && sourceAt(itemOf(expr))?.table === null;
  }

  function itemOf(column: Extract<Expr, { k: 'column' }>): number {
    return scope.items.findIndex(
      ({ alias, columns }) => (column.table === null || alias === column.table) && columns.has(column.name),
    );
  }

  function sourceAt(item: number): Source | undefined {
    let at = 0;
    return sources.find((source) => item >= at && item < (at += source.items.length));
  }
}
