// What operators stand between: constants, parameters, columns, calls, CASE, and queries in parentheses.

import { readTypeName } from './parse-type.ts';
import type { Reader } from './sql-tokens.ts';
import type { Expr, Order, Select } from './sql-tree.ts';

/** Words that cannot be an alias without AS, nor begin an operand. */
export const reserved = new Set(
  'select from where group having order limit offset union on using full left right inner join cross as and or not in is null for with returning set values then when else end case conflict do nothing update desc asc filter between like ilike'.split(
    ' ',
  ),
);

export function createOperands(
  r: Reader,
  o: { expression: () => Expr; orders: () => Order[]; parseSelect: () => Select },
): () => Expr {
  return primary;

  function primary(): Expr {
    const token = r.peek();
    if (token.kind === 'param') return { k: 'param', at: Number(r.next().text) - 1 };
    if (token.kind === 'number')
      return { k: 'const', value: Number(r.next().text), type: /\./.test(token.text) ? 'numeric' : 'int' };
    if (token.kind === 'string') return { k: 'const', value: r.next().text, type: 'unknown' };
    if (r.accept('*')) return { k: 'star', table: null };
    if (r.accept('null')) return { k: 'const', value: null, type: 'unknown' };
    if (r.accept('true')) return { k: 'const', value: true, type: 'bool' };
    if (r.accept('false')) return { k: 'const', value: false, type: 'bool' };
    if (r.is('(')) return parenthesised();
    if (r.accept('exists')) return { k: 'exists', query: r.within(o.parseSelect) };
    if (r.accept('case')) return caseOf();
    if (r.accept('cast')) {
      return r.within((): Expr => {
        const of = o.expression();
        r.expect('as');
        return { k: 'cast', of, type: readTypeName(r) };
      });
    }
    if (r.is('array') && r.accept('array')) {
      if (r.is('(')) return { k: 'array-of', query: r.within(o.parseSelect) };
      r.expect('[');
      const items = r.is(']') ? [] : r.list(o.expression);
      r.expect(']');
      return { k: 'array', items };
    }
    if (r.is('interval') && r.peek(1).kind === 'string') {
      r.expect('interval');
      return { k: 'cast', of: { k: 'const', value: r.next().text, type: 'unknown' }, type: 'interval' };
    }
    if (token.kind === 'word' && ['current_timestamp', 'localtimestamp'].includes(token.text)) {
      r.next();
      return { k: 'call', name: 'now', args: [], star: false, filter: null, orderBy: [] };
    }
    if (token.kind === 'word' && reserved.has(token.text)) return r.fail('an operand');
    return nameOrCall();
  }

  function parenthesised(): Expr {
    return r.within((): Expr => {
      if (r.is('select') || r.is('with')) return { k: 'scalar', query: o.parseSelect() };
      const items = r.list(o.expression);
      return items.length === 1 ? items[0]! : { k: 'row', items };
    });
  }

  function caseOf(): Expr {
    const subject = r.is('when') ? null : o.expression();
    const whens: [Expr, Expr][] = [];
    while (r.accept('when')) {
      const test = o.expression();
      r.expect('then');
      whens.push([subject ? { k: 'binary', op: '=', left: subject, right: test } : test, o.expression()]);
    }
    const otherwise = r.accept('else') ? o.expression() : null;
    r.expect('end');
    return { k: 'case', whens, otherwise };
  }

  function nameOrCall(): Expr {
    const first = r.name();
    if (r.is('(')) return call(first);
    if (!r.accept('.')) return { k: 'column', table: null, name: first };
    if (r.accept('*')) return { k: 'star', table: first };
    const second = r.name();
    if (r.is('(')) return call(second);
    // schema.table.column: the schema says nothing that the table does not
    return r.accept('.') ? { k: 'column', table: second, name: r.name() } : { k: 'column', table: first, name: second };
  }

  function call(name: string): Expr {
    if (name === 'extract') {
      return r.within((): Expr => {
        const field = r.name();
        r.expect('from');
        return { k: 'call', name: `extract_${field}`, args: [o.expression()], star: false, filter: null, orderBy: [] };
      });
    }
    r.expect('(');
    r.accept('distinct');
    const star = r.accept('*');
    const args = star || r.is(')') ? [] : r.list(argument);
    const orderBy = r.accept('order', 'by') ? o.orders() : [];
    r.expect(')');
    const filter = r.accept('filter')
      ? r.within(() => {
          r.expect('where');
          return o.expression();
        })
      : null;
    return { k: 'call', name, args, star, filter, orderBy };
  }

  /** `days => $1` names its argument; the functions we know of take one. */
  function argument(): Expr {
    if (r.peek(1).text === '=' && r.peek(2).text === '>') {
      const unit = r.name();
      r.expect('=', '>');
      const of = o.expression();
      return { k: 'binary', op: '*', left: of, right: { k: 'const', value: unitMs(unit), type: 'interval' } };
    }
    return o.expression();
  }

  function unitMs(unit: string): number {
    const known: Record<string, number> = { days: 86_400_000, hours: 3_600_000, mins: 60_000, secs: 1_000 };
    return known[unit] ?? r.fail('days, hours, mins or secs');
  }
}
