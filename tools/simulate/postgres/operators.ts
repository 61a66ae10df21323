// Operators between two values, with SQL's unknown: whatever touches null is null, but for AND and OR that are decided without it.

import { alike, compileExpr } from './compile-expression.ts';
import { arithmetic } from './functions.ts';
import type { Code, Env, Scope } from './scope.ts';
import type { Expr } from './sql-tree.ts';
import { compare, plainType, textOf } from './values.ts';

export function binary(op: string, leftExpr: Expr, rightExpr: Expr, scope: Scope): Code {
  if (op === 'and' || op === 'or') return logic(op, compileExpr(leftExpr, scope), compileExpr(rightExpr, scope));
  const [left, right] =
    op.startsWith('-') && op.length > 1
      ? [compileExpr(leftExpr, scope), compileExpr(rightExpr, scope)]
      : pair(leftExpr, rightExpr, scope);
  if (op === '->' || op === '->>') {
    const member = (env: Env) => (left.of(env) as Record<string, unknown> | null)?.[right.of(env) as string] ?? null;
    if (op === '->') return { type: 'jsonb', of: member };
    return { type: 'text', of: (env) => nullOr(member(env), textOf) };
  }
  if (op === '||')
    return { type: 'text', of: (env) => both(left.of(env), right.of(env), (a, b) => textOf(a) + textOf(b)) };
  if ('+-*/%'.includes(op)) {
    const [a, b] = [plainType(left.type), plainType(right.type)];
    const whole = a === 'int' && b === 'int';
    return {
      type: arithmeticType(op, a, b),
      of: (env) => both(left.of(env), right.of(env), (x, y) => arithmetic(op, Number(x), Number(y), whole)),
    };
  }
  const holds = comparison(op);
  return { type: 'bool', of: (env) => both(left.of(env), right.of(env), (a, b) => holds(compare(a, b))) };
}

function arithmeticType(op: string, left: string, right: string): string {
  if (left === 'timestamptz') return right === 'timestamptz' && op === '-' ? 'interval' : 'timestamptz';
  if (left === 'interval' || right === 'interval') return right === 'timestamptz' ? right : 'interval';
  for (const type of ['float8', 'numeric', 'bigint']) if (left === type || right === type) return type;
  return left === 'unknown' ? right : left;
}

function logic(op: 'and' | 'or', left: Code, right: Code): Code {
  const decides = op === 'or';
  return {
    type: 'bool',
    of(env) {
      const a = left.of(env);
      if (a === decides) return a;
      const b = right.of(env);
      if (b === decides) return b;
      return a === null || b === null ? null : !decides;
    },
  };
}

export function quantified(expr: Extract<Expr, { k: 'quantified' }>, scope: Scope): Code {
  const left = compileExpr(expr.left, scope);
  const array = alike(compileExpr(expr.array, scope), `${left.type}[]`, scope);
  const holds = comparison(expr.op);
  const { all } = expr;
  return {
    type: 'bool',
    of: (env) =>
      both(left.of(env), array.of(env), (value, values) => {
        const test = (each: unknown) => holds(compare(value, each));
        return all ? (values as unknown[]).every(test) : (values as unknown[]).some(test);
      }),
  };
}

export function pair(left: Expr, right: Expr, scope: Scope): [Code, Code] {
  const [a, b] = [compileExpr(left, scope), compileExpr(right, scope)];
  // Arithmetic with times takes numbers as they are; all else is compared as one type.
  return [
    alike(a, b.type === 'interval' ? 'unknown' : b.type, scope),
    alike(b, a.type === 'interval' ? 'unknown' : a.type, scope),
  ];
}

export function memberOf(value: unknown, values: readonly unknown[]): boolean | null {
  if (value === null) return null;
  return values.some((each) => compare(value, each) === 0) || (values.includes(null) ? null : false);
}

function comparison(op: string): (order: number) => boolean {
  const known: Record<string, (order: number) => boolean> = {
    '=': (order) => order === 0,
    '<>': (order) => order !== 0,
    '<': (order) => order < 0,
    '<=': (order) => order <= 0,
    '>': (order) => order > 0,
    '>=': (order) => order >= 0,
  };
  const found = known[op];
  if (!found) throw new Error(`The simulated PostgreSQL knows no operator ${op}.`);
  return found;
}

export function negated(value: unknown): unknown {
  return value === null ? null : value !== true;
}

export function nullOr(value: unknown, then: (value: unknown) => unknown): unknown {
  return value === null || value === undefined ? null : then(value);
}

function both(a: unknown, b: unknown, then: (a: unknown, b: unknown) => unknown): unknown {
  return a === null || b === null ? null : then(a, b);
}
