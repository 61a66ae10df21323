// An expression as a function of the rows it looks at, with SQL's three-valued logic: null is unknown.

import { compileSelect } from './compile-select.ts';
import { aggregates, call, functions } from './functions.ts';
import { binary, memberOf, negated, nullOr, pair, quantified } from './operators.ts';
import { columnCode, type Code, type Env, type Scope } from './scope.ts';
import type { Expr, Select } from './sql-tree.ts';
import { coerce, compare, plainType } from './values.ts';

export function compileExpr(expr: Expr, scope: Scope): Code {
  switch (expr.k) {
    case 'const': {
      const { value, type } = expr;
      return { type, of: () => value };
    }
    case 'param': {
      const { at } = expr;
      return { type: 'unknown', of: (env) => coerce(env.run.params[at], 'unknown', scope.schema.enums) };
    }
    case 'column':
      return columnCode(scope, expr.table, expr.name);
    case 'cast':
      return castTo(compileExpr(expr.of, scope), expr.type, scope);
    case 'not': {
      const of = compileExpr(expr.of, scope).of;
      return { type: 'bool', of: (env) => negated(of(env)) };
    }
    case 'minus': {
      const { type, of } = compileExpr(expr.of, scope);
      return { type, of: (env) => nullOr(of(env), (value) => -(value as number)) };
    }
    case 'binary':
      return binary(expr.op, expr.left, expr.right, scope);
    case 'quantified':
      return quantified(expr, scope);
    case 'in-query': {
      const left = compileExpr(expr.left, scope);
      const answer = inner(expr.query, scope);
      const { not } = expr;
      const find = (env: Env) => memberOf(left.of(env), answer.of(env).map(only));
      return { type: 'bool', of: (env) => (not ? negated(find(env)) : find(env)) };
    }
    case 'in-list': {
      const left = compileExpr(expr.left, scope);
      const list = expr.list.map((each) => alike(compileExpr(each, scope), left.type, scope));
      const find = (env: Env) =>
        memberOf(
          left.of(env),
          list.map((each) => each.of(env)),
        );
      return { type: 'bool', of: expr.not ? (env) => negated(find(env)) : find };
    }
    case 'is': {
      const of = compileExpr(expr.of, scope).of;
      const wanted = expr.what === 'null' ? null : expr.what === 'true';
      const { not } = expr;
      return { type: 'bool', of: (env) => (of(env) === wanted) !== not };
    }
    case 'distinct-from': {
      const [left, right] = pair(expr.left, expr.right, scope);
      const { not } = expr;
      return { type: 'bool', of: (env) => (compare(left.of(env), right.of(env)) !== 0) !== not };
    }
    case 'case':
      return caseOf(expr, scope);
    case 'scalar': {
      const answer = inner(expr.query, scope);
      return { type: answer.type, of: (env) => nullOr(answer.of(env)[0] ?? null, (row) => only(row as object)) };
    }
    case 'exists': {
      const answer = inner(expr.query, scope);
      return { type: 'bool', of: (env) => answer.of(env).length > 0 };
    }
    case 'array-of': {
      const answer = inner(expr.query, scope);
      return { type: `${answer.type}[]`, of: (env) => answer.of(env).map(only) };
    }
    case 'array': {
      const items = expr.items.map((item) => compileExpr(item, scope));
      return { type: `${items[0]?.type ?? 'unknown'}[]`, of: (env) => items.map((item) => item.of(env)) };
    }
    case 'row': {
      const items = expr.items.map((item) => compileExpr(item, scope));
      return { type: 'row', of: (env) => items.map((item) => item.of(env)) };
    }
    case 'call':
      return callOf(expr, scope);
    case 'star':
      throw new Error('The simulated PostgreSQL takes * only as a whole target.');
  }
}

/** `code` for a place of type `type`: what has no type of its own takes on this one, as literals and parameters do. */
export function alike(code: Code, type: string, scope: Scope): Code {
  return code.type === 'unknown' && type !== 'unknown' && type !== 'row' ? castTo(code, type, scope) : code;
}

function castTo(code: Code, type: string, scope: Scope): Code {
  const { enums } = scope.schema;
  const from = code.type;
  if (/^text/.test(plainType(type)) && plainType(from) === 'timestamptz') {
    return { type, of: (env) => nullOr(code.of(env), (ms) => new Date(ms as number).toISOString()) };
  }
  return { type, of: (env) => coerce(code.of(env), type, enums) };
}

function caseOf(expr: Extract<Expr, { k: 'case' }>, scope: Scope): Code {
  const whens = expr.whens.map(([test, then]) => [compileExpr(test, scope), compileExpr(then, scope)] as const);
  const otherwise = expr.otherwise && compileExpr(expr.otherwise, scope);
  const type = whens.find(([, then]) => then.type !== 'unknown')?.[1].type ?? otherwise?.type ?? 'unknown';
  return { type, of: (env) => (whens.find(([test]) => test.of(env) === true)?.[1] ?? otherwise)?.of(env) ?? null };
}

function callOf(expr: Extract<Expr, { k: 'call' }>, scope: Scope): Code {
  const args = expr.args.map((arg) => compileExpr(arg, scope));
  const first = args.find((arg) => arg.type !== 'unknown')?.type ?? 'unknown';
  const aggregate = aggregates[expr.name];
  if (aggregate) {
    const filter = expr.filter && compileExpr(expr.filter, scope);
    const of = ({ group }: Env) => {
      const rows = (group ?? []).filter((env) => !filter || filter.of(env) === true);
      return aggregate.of(expr.star ? rows : rows.map((env) => args[0]!.of(env)).filter((value) => value !== null));
    };
    return { type: aggregate.type.replace('first', first), of };
  }
  const known = functions[expr.name];
  if (!known) {
    throw new Error(
      `The simulated PostgreSQL knows no function ${expr.name}(). Teach it in tools/simulate/postgres/functions.ts.`,
    );
  }
  const typed = known.type === 'first' ? args.map((arg) => alike(arg, first, scope)) : args;
  return {
    type: known.type.replace('first', first),
    of: (env) =>
      call(
        known,
        typed.map((arg) => arg.of(env)),
        env.run,
      ),
  };
}

/** A query inside an expression: made once before the rows, or, when it depends on them, for each. */
function inner(query: Select, scope: Scope): { type: string; of: (env: Env) => readonly object[] } {
  const compiled = compileSelect(query, { schema: scope.schema, ctes: scope.ctes, outer: scope });
  const type = [...compiled.columns.values()][0] ?? 'unknown';
  const key = {};
  if (!compiled.usesOuter) {
    scope.plans.push({ key, run: (run, outer) => compiled.run(run, outer) });
    return { type, of: (env) => env.run.answers.get(key)! };
  }
  return {
    type,
    of(env) {
      const step = compiled.run(env.run, env).next();
      if (!step.done) throw new Error('The simulated PostgreSQL cannot wait for a lock inside a query for each row.');
      return step.value;
    },
  };
}

/** A row of one column as its value, of several as an array, to be compared with a row of values. */
function only(row: object): unknown {
  const values = Object.values(row) as unknown[];
  return values.length === 1 ? values[0] : values;
}
