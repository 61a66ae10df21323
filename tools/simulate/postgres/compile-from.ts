// The rows that a FROM clause names, in every combination that WHERE has to judge; indexed columns are looked up, not scanned.

import { findLookUps, type LookUp } from './look-ups.ts';
import { rowsBy, type StoredRow, type Wait } from './rows.ts';
import { scopeOf, type Around, type Env, type Run, type Scope } from './scope.ts';
import { compileSource, nothing, pieceOf, type Piece, type Source } from './sources.ts';
import type { Expr, From } from './sql-tree.ts';
import type { Row } from './values.ts';

/** A combination of rows; `stored` has those that are a table's own and can be locked. */
export type Found = Env & { rows: Row[]; stored: (StoredRow | null)[] };

export type CompiledFrom = {
  scope: Scope;
  load: (run: Run, outer: Env | null, where: Expr | null) => Generator<Wait, Found[]>;
};

/** @param first a table that comes before the others, as the target of UPDATE and DELETE does */
export function compileFrom(froms: readonly From[], around: Around): CompiledFrom {
  const sources = froms.map((from) => compileSource(from, around));
  const scope = scopeOf(
    sources.flatMap(({ items }) => items),
    around,
  );
  const lookUps = new Map<Expr, LookUp[]>();
  const placed = inLookUpOrder();
  return { scope, load };

  function* load(run: Run, outer: Env | null, where: Expr | null): Generator<Wait, Found[]> {
    const width = scope.items.length;
    const empty: Found = {
      run,
      outer,
      group: null,
      rows: Array<Row>(width).fill(nothing),
      stored: Array<null>(width).fill(null),
    };
    let found = [empty];
    for (const { source, at } of placed) {
      const known = where && source.table !== null ? lookUpsFor(where).find((each) => each.item === at) : undefined;
      const all = known ? null : yield* source.load(run, outer);
      const next: Found[] = [];
      for (const env of found) {
        for (const pieces of all ?? lookedUp(source, known!, env)) next.push(combined(env, at, pieces));
      }
      found = next;
    }
    return found;
  }

  /** What is no table comes first: its rows tell which ones to look up. */
  function inLookUpOrder(): { source: Source; at: number }[] {
    let next = 0;
    const placed = sources.map((source) => {
      const at = next;
      next += source.items.length;
      return { source, at };
    });
    return [
      ...placed.filter(({ source }) => source.table === null),
      ...placed.filter(({ source }) => source.table !== null),
    ];
  }

  function lookUpsFor(where: Expr): LookUp[] {
    const known = lookUps.get(where) ?? findLookUps(where, sources, scope);
    lookUps.set(where, known);
    return known;
  }
}

function combined({ run, outer, rows, stored }: Found, at: number, pieces: readonly Piece[]): Found {
  const next = { run, outer, group: null, rows: rows.slice(), stored: stored.slice() };
  for (let i = 0; i < pieces.length; i++) {
    next.rows[at + i] = pieces[i]!.row;
    next.stored[at + i] = pieces[i]!.stored;
  }
  return next;
}

function lookedUp(source: Source, { column, values }: LookUp, env: Found): Piece[][] {
  const table = env.run.tables.get(source.table!)!;
  const pieces: Piece[][] = [];
  for (const value of new Set(values(env))) {
    for (const stored of rowsBy(table, column, value) ?? []) {
      const piece = pieceOf(stored, env.run);
      if (piece) pieces.push([piece]);
    }
  }
  return pieces;
}
