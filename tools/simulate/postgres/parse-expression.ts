// Expressions of SQL, by precedence, as PostgreSQL binds them.

import { createOperands } from './parse-operand.ts';
import { readTypeName } from './parse-type.ts';
import type { Reader } from './sql-tokens.ts';
import type { Expr, Order, Select } from './sql-tree.ts';

/** From loosest to tightest; unary minus, casts and `.` bind tighter than all. */
const levels: readonly (readonly string[])[] = [
  ['<', '>', '=', '<=', '>=', '<>', '!='],
  ['||', '->', '->>'],
  ['+', '-'],
  ['*', '/', '%'],
];

export function createExpressions(r: Reader, parseSelect: () => Select) {
  const primary = createOperands(r, { expression, orders, parseSelect });
  const typeName = () => readTypeName(r);
  return { expression, typeName, orders };

  function expression(): Expr {
    let left = conjunction();
    while (r.accept('or')) left = { k: 'binary', op: 'or', left, right: conjunction() };
    return left;
  }

  function conjunction(): Expr {
    let left = negation();
    while (r.accept('and')) left = { k: 'binary', op: 'and', left, right: negation() };
    return left;
  }

  function negation(): Expr {
    if (r.accept('not')) return { k: 'not', of: negation() };
    return predicate();
  }

  /** IS, IN and the comparisons. */
  function predicate(): Expr {
    let left = binary(0);
    for (;;) {
      if (r.accept('is')) {
        const not = r.accept('not');
        if (r.accept('distinct', 'from')) left = { k: 'distinct-from', left, right: binary(1), not };
        else if (r.accept('null')) left = { k: 'is', of: left, what: 'null', not };
        else if (r.accept('true')) left = { k: 'is', of: left, what: 'true', not };
        else if (r.accept('false')) left = { k: 'is', of: left, what: 'false', not };
        else r.fail('NULL, TRUE, FALSE or DISTINCT FROM');
      } else if (r.is('in') || r.is('not', 'in')) {
        const not = r.accept('not');
        r.expect('in');
        left = r.within(() =>
          r.is('select') || r.is('with')
            ? { k: 'in-query', left, query: parseSelect(), not }
            : { k: 'in-list', left, list: r.list(expression), not },
        );
      } else if (r.accept('between')) {
        const low: Expr = { k: 'binary', op: '>=', left, right: binary(1) };
        r.expect('and');
        left = { k: 'binary', op: 'and', left: low, right: { k: 'binary', op: '<=', left, right: binary(1) } };
      } else return left;
    }
  }

  function binary(level: number): Expr {
    const ops = levels[level];
    if (!ops) return unary();
    let left = binary(level + 1);
    for (let op = ops.find((o) => r.is(o)); op !== undefined; op = ops.find((o) => r.is(o))) {
      r.expect(op);
      if (op === '!=') op = '<>';
      if (r.is('any', '(') || r.is('some', '(') || r.is('all', '(')) {
        const all = r.next().text === 'all';
        left = r.within(() => ({ k: 'quantified', op, all, left, array: quantifiedArray() }));
      } else left = { k: 'binary', op, left, right: binary(level + 1) };
    }
    return left;
  }

  function quantifiedArray(): Expr {
    return r.is('select') ? { k: 'array-of', query: parseSelect() } : expression();
  }

  function unary(): Expr {
    if (r.accept('-')) return { k: 'minus', of: unary() };
    let of = primary();
    while (r.accept('::')) of = { k: 'cast', of, type: typeName() };
    return of;
  }

  function orders(): Order[] {
    return r.list(() => {
      const expr = expression();
      const desc = r.accept('desc');
      if (!desc) r.accept('asc');
      return { expr, desc };
    });
  }
}
