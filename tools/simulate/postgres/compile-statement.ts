// A text of SQL, ready to run on a database of its schema; each text is read once.

import { compileSelect } from './compile-select.ts';
import { compileWrite } from './compile-write.ts';
import { parseStatement } from './parse-statement.ts';
import type { Wait } from './rows.ts';
import type { Schema } from './schema.ts';
import type { Run } from './scope.ts';
import type { Control, Statement } from './sql-tree.ts';
import { outward, type Row } from './values.ts';

export type Result = { command: string; rowCount: number; rows: Record<string, unknown>[] };
export type Query = { k: 'query'; run: (run: Run) => Generator<Wait, Result> };
export type Ready = Query | Control;

const known = new WeakMap<Schema, Map<string, Ready>>();

export function ready(schema: Schema, text: string): Ready {
  const texts = known.get(schema) ?? new Map<string, Ready>();
  known.set(schema, texts);
  const found = texts.get(text) ?? compileStatement(parseStatement(text), schema);
  texts.set(text, found);
  return found;
}

export function compileStatement(statement: Statement, schema: Schema): Ready {
  const around = { schema, ctes: [], outer: null };
  switch (statement.k) {
    case 'select': {
      const { columns, run } = compileSelect(statement, around);
      return {
        k: 'query',
        *run(of) {
          const rows = yield* run(of, null);
          return { command: 'SELECT', rowCount: rows.length, rows: rows.map((row) => answered(row, columns)) };
        },
      };
    }
    case 'insert':
    case 'update':
    case 'delete': {
      const { columns, run, rowCount } = compileWrite(statement, around);
      const command = statement.k.toUpperCase();
      return {
        k: 'query',
        *run(of) {
          const rows = yield* run(of, null);
          const shown = statement.returning.length > 0 ? rows.map((row) => answered(row, columns)) : [];
          return { command, rowCount: rowCount(of), rows: shown };
        },
      };
    }
    default:
      return statement;
  }
}

function answered(row: Row, columns: ReadonlyMap<string, string>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, type] of columns) out[name] = outward(row[name], type);
  return out;
}
