// What stands in FROM and after INTO, and the names it is given.

import { reserved } from './parse-operand.ts';
import type { Reader } from './sql-tokens.ts';
import type { Expr, From, Select } from './sql-tree.ts';

/** Tables are known by name alone, but for those of a schema of their own. */
export function tableName(schema: string, name: string): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

export function createFroms(r: Reader, expression: () => Expr, select: () => Select) {
  return { from, table };

  function from(): From {
    let left = fromItem();
    for (;;) {
      if (r.accept('cross', 'join')) {
        left = { k: 'join', kind: 'inner', left, right: fromItem(), on: null, using: [] };
        continue;
      }
      const kind = joinKind();
      if (!kind) return left;
      const right = fromItem();
      const using = r.accept('using') ? r.names() : [];
      if (using.length === 0) r.expect('on');
      left = { k: 'join', kind, left, right, on: using.length > 0 ? null : expression(), using };
    }
  }

  function joinKind(): 'inner' | 'left' | 'full' | null {
    for (const kind of ['full', 'left'] as const) {
      if (r.accept(kind, 'join') || r.accept(kind, 'outer', 'join')) return kind;
    }
    return r.accept('inner', 'join') || r.accept('join') ? 'inner' : null;
  }

  function fromItem(): From {
    r.accept('lateral');
    if (r.is('(')) {
      const query = r.within(select);
      return { k: 'query', query, ...aliased('subquery') };
    }
    const first = r.name();
    if (r.is('(')) {
      const args = r.within(() => (r.is(')') ? [] : r.list(expression)));
      const ordinality = r.accept('with', 'ordinality');
      return { k: 'rows-of', call: first, args, ordinality, ...aliased(first) };
    }
    const name = r.accept('.') ? tableName(first, r.name()) : first;
    return { k: 'table', name, alias: aliased(name.replace(/^.*\./, '')).alias };
  }

  function aliased(otherwise: string): { alias: string; columns: string[] } {
    const alias = aliasOr(otherwise);
    return { alias, columns: r.is('(') ? r.names() : [] };
  }

  function aliasOr(otherwise: string): string {
    const token = r.peek();
    const named = r.accept('as') || token.kind === 'name' || (token.kind === 'word' && !reserved.has(token.text));
    return named ? r.name() : otherwise;
  }

  function table(): { table: string; alias: string } {
    const first = r.name();
    const name = r.accept('.') ? tableName(first, r.name()) : first;
    return { table: name, alias: aliasOr(name.replace(/^.*\./, '')) };
  }
}
