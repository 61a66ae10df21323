// Statements of SQL: queries with their locks, writes with their conflicts, and what begins and ends a transaction.

import { createExpressions } from './parse-expression.ts';
import { createFroms } from './parse-from.ts';
import { reserved } from './parse-operand.ts';
import { createReader, type Reader } from './sql-tokens.ts';
import type { Assign, Conflict, Cte, Select, Statement, Target, Write } from './sql-tree.ts';

export function parseStatement(sql: string): Statement {
  const reader = createReader(sql);
  const statement = createStatements(reader).statement();
  reader.accept(';');
  if (reader.peek().kind !== 'end') reader.fail('the end');
  return statement;
}

export function createStatements(r: Reader) {
  const { expression, orders } = createExpressions(r, select);
  const { from, table } = createFroms(r, expression, select);
  return { statement, expression };

  function statement(): Statement {
    if (r.accept('begin') || r.accept('start', 'transaction')) return control('begin');
    if (r.accept('commit')) return control('commit');
    if (r.accept('rollback')) return control('rollback');
    if (r.accept('listen')) return { k: 'listen', channel: r.name() };
    if (r.accept('notify')) return { k: 'notify', channel: r.name() };
    if (r.accept('set')) {
      r.accept('local');
      const name = r.name();
      if (!r.accept('=')) r.expect('to');
      return { k: 'set', name, value: r.next().text };
    }
    return query();
  }

  function control(k: 'begin' | 'commit' | 'rollback'): Statement {
    r.skipTo(';');
    return { k };
  }

  function query(): Select | Write {
    const ctes = withClause();
    if (r.is('insert')) return { ...insert(), ctes };
    if (r.is('update')) return { ...update(), ctes };
    if (r.is('delete')) return { ...remove(), ctes };
    return { ...select(), ctes };
  }

  function withClause(): Cte[] {
    if (!r.accept('with')) return [];
    return r.list(() => {
      const name = r.name();
      const columns = r.is('(') ? r.names() : [];
      r.expect('as');
      r.accept('not');
      r.accept('materialized');
      return { name, columns, statement: r.within(query) };
    });
  }

  function select(): Select {
    const ctes = withClause();
    const found: Select = { ...emptySelect(), ctes };
    if (r.accept('values')) return { ...found, values: r.list(() => r.within(() => r.list(expression))) };
    r.expect('select');
    found.distinct = r.accept('distinct');
    if (!startsClause()) found.targets = targets();
    if (r.accept('from')) found.from = r.list(from);
    if (r.accept('where')) found.where = expression();
    if (r.accept('group', 'by')) found.groupBy = r.list(expression);
    if (r.accept('having')) found.having = expression();
    if (r.accept('union')) found.union = { all: r.accept('all'), with: r.is('(') ? r.within(select) : ofUnion() };
    if (r.accept('order', 'by')) found.orderBy = orders();
    if (r.accept('limit')) found.limit = expression();
    if (r.accept('offset')) expression();
    if (r.accept('for')) {
      if (!r.accept('no', 'key', 'update') && !r.accept('key', 'share') && !r.accept('share')) r.expect('update');
      if (r.accept('of')) r.list(r.name);
      found.lock = { skipLocked: r.accept('skip', 'locked'), noWait: r.accept('nowait') };
    }
    return found;
  }

  function ofUnion(): Select {
    const right = select();
    return right.orderBy.length > 0 || right.limit ? r.fail('a union without ORDER BY and LIMIT of its own') : right;
  }

  function startsClause(): boolean {
    return r.is('from') || r.is('where') || r.is(')') || r.is(';') || r.is('limit') || r.peek().kind === 'end';
  }

  function targets(): Target[] {
    return r.list(() => {
      const expr = expression();
      const token = r.peek();
      if (r.accept('as')) return { expr, as: r.name() };
      const plain = token.kind === 'name' || (token.kind === 'word' && !reserved.has(token.text));
      return { expr, as: plain ? r.name() : null };
    });
  }

  function insert(): Write {
    r.expect('insert', 'into');
    const { table: name, alias } = table();
    const columns = r.is('(') ? r.names() : [];
    const source = r.accept('default', 'values') ? { ...emptySelect(), values: [[]] } : select();
    return { k: 'insert', ctes: [], table: name, alias, columns, source, conflict: conflict(), returning: returning() };
  }

  function conflict(): Conflict | null {
    if (!r.accept('on', 'conflict')) return null;
    let columns = r.is('(') ? r.names() : null;
    if (r.accept('on', 'constraint')) columns = [`constraint:${r.name()}`];
    r.expect('do');
    if (r.accept('nothing')) return { columns, set: null, where: null };
    r.expect('update');
    return { columns, set: assignments(), where: r.accept('where') ? expression() : null };
  }

  function assignments(): Assign[] {
    r.expect('set');
    return r.list(() => {
      const column = r.name();
      r.expect('=');
      return { column, expr: expression() };
    });
  }

  function update(): Write {
    r.expect('update');
    const target = table();
    const set = assignments();
    const items = r.accept('from') ? r.list(from) : [];
    const where = r.accept('where') ? expression() : null;
    return { k: 'update', ctes: [], ...target, set, from: items, where, returning: returning() };
  }

  function remove(): Write {
    r.expect('delete', 'from');
    const target = table();
    const items = r.accept('using') ? r.list(from) : [];
    const where = r.accept('where') ? expression() : null;
    return { k: 'delete', ctes: [], ...target, from: items, where, returning: returning() };
  }

  function returning(): Target[] {
    return r.accept('returning') ? targets() : [];
  }
}

function emptySelect(): Select {
  return {
    ...{ k: 'select', ctes: [], distinct: false, targets: [], from: [], where: null, groupBy: [], having: null },
    ...{ orderBy: [], limit: null, lock: null, union: null, values: null },
  };
}
