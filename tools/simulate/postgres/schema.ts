// The tables of one service, read from its own migrations: columns, defaults, CHECK and UNIQUE as they really are.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createExpressions } from './parse-expression.ts';
import { tableName } from './parse-from.ts';
import { createStatements } from './parse-statement.ts';
import { createReader, type Reader } from './sql-tokens.ts';
import type { Expr, Statement } from './sql-tree.ts';

export type Column = { name: string; type: string; notNull: boolean; identity: boolean; otherwise: Expr | null };
export type Unique = { name: string; columns: string[]; where: Expr | null };
export type Check = { name: string; expr: Expr };
export type Table = {
  name: string;
  columns: Column[];
  uniques: Unique[];
  checks: Check[];
  /** Columns by which rows are found without a scan. */
  indexed: Set<string>;
  /** A trigger refuses to change or delete rows. */
  appendOnly: boolean;
};

export type Schema = {
  tables: Map<string, Table>;
  enums: Map<string, Set<string>>;
  /** Rows that the migrations bring. */
  seeds: Statement[];
};

/** @param folders with Prisma's layout: `<folder>/<time>_<name>/migration.sql` */
export function readSchema(folders: readonly string[]): Schema {
  const schema: Schema = { tables: new Map(), enums: new Map(), seeds: [] };
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name, 'migration.sql')),
  );
  for (const file of files) applyMigration(schema, readFileSync(file, 'utf8'));
  return schema;
}

export function applyMigration(schema: Schema, sql: string): void {
  const r = createReader(sql);
  while (r.peek().kind !== 'end') {
    step(schema, r);
    if (!r.accept(';') && r.peek().kind !== 'end') r.fail('; after a statement of a migration');
  }
}

function step(schema: Schema, r: Reader): void {
  if (r.is('insert')) {
    schema.seeds.push(createStatements(r).statement());
  } else if (r.accept('create')) create(schema, r);
  else if (r.accept('alter', 'table')) alterTable(schema, r);
  else if (r.accept('alter', 'type')) addLabel(schema, r);
  else if (r.accept('comment')) r.skipTo(';');
  else if (r.accept('drop', 'index')) r.skipTo(';');
  else if (!r.is(';')) r.fail('CREATE, ALTER TABLE, ALTER TYPE or INSERT');
}

function create(schema: Schema, r: Reader): void {
  const unique = r.accept('unique');
  if (r.accept('schema')) r.skipTo(';');
  else if (r.accept('type')) createEnum(schema, r);
  else if (r.accept('table')) createTable(schema, r);
  else if (r.accept('index')) createIndex(schema, r, unique);
  else if (r.accept('function')) r.skipTo(';');
  else if (r.accept('or', 'replace', 'function')) r.skipTo(';');
  else if (r.accept('trigger')) createTrigger(schema, r);
  else r.fail('SCHEMA, TYPE, TABLE, INDEX, FUNCTION or TRIGGER');
}

function createEnum(schema: Schema, r: Reader): void {
  const name = qualified(r);
  r.expect('as', 'enum');
  schema.enums.set(name, new Set(r.within(() => r.list(() => r.next().text))));
}

function addLabel(schema: Schema, r: Reader): void {
  const labels = schema.enums.get(qualified(r));
  r.expect('add', 'value');
  r.accept('if', 'not', 'exists');
  labels?.add(r.next().text);
  r.skipTo(';');
}

function createTable(schema: Schema, r: Reader): void {
  r.accept('if', 'not', 'exists');
  const name = qualified(r);
  const table: Table = { name, columns: [], uniques: [], checks: [], indexed: new Set(), appendOnly: false };
  r.within(() => r.list(() => tablePart(table, r)));
  schema.tables.set(name, table);
  r.skipTo(';');
}

function tablePart(table: Table, r: Reader): void {
  const named = r.accept('constraint') ? r.name() : `${table.name}_constraint`;
  if (r.accept('primary', 'key')) unique(table, { name: named, columns: r.names(), where: null }, true);
  else if (r.accept('unique')) unique(table, { name: named, columns: r.names(), where: null }, false);
  else if (r.accept('check')) table.checks.push({ name: named, expr: r.within(createStatements(r).expression) });
  else table.columns.push(column(table, r));
}

function column(table: Table, r: Reader): Column {
  const { expression, typeName } = createExpressions(r, () => r.fail('no query in a column'));
  const found: Column = { name: r.name(), type: typeName(), notNull: false, identity: false, otherwise: null };
  for (;;) {
    if (r.accept('constraint')) r.name();
    if (r.accept('not', 'null')) found.notNull = true;
    else if (r.accept('null')) found.notNull = false;
    else if (r.accept('default')) found.otherwise = expression();
    else if (r.accept('generated', 'always', 'as', 'identity')) found.identity = true;
    else if (r.accept('generated', 'by', 'default', 'as', 'identity')) found.identity = true;
    else if (r.accept('primary', 'key')) {
      found.notNull = true;
      unique(table, { name: `${table.name}_pkey`, columns: [found.name], where: null }, false);
    } else if (r.accept('unique')) {
      unique(table, { name: `${table.name}_${found.name}_key`, columns: [found.name], where: null }, false);
    } else if (r.accept('check')) {
      table.checks.push({ name: `${table.name}_${found.name}_check`, expr: r.within(expression) });
    } else return found;
  }
}

function unique(table: Table, found: Unique, isPrimary: boolean): void {
  table.uniques.push(found);
  table.indexed.add(found.columns[0]!);
  if (isPrimary) for (const each of table.columns) if (found.columns.includes(each.name)) each.notNull = true;
}

function createIndex(schema: Schema, r: Reader, isUnique: boolean): void {
  r.accept('if', 'not', 'exists');
  const name = r.is('on') ? 'index' : r.name();
  r.expect('on');
  const table = tableOf(schema, qualified(r));
  if (r.accept('using')) r.name();
  const { expression, orders } = createExpressions(r, () => r.fail('no query in an index'));
  const columns = r.within(orders).flatMap(({ expr }) => (expr.k === 'column' ? [expr.name] : []));
  const where = r.accept('where') ? expression() : null;
  if (isUnique) table.uniques.push({ name, columns, where });
  if (columns[0] !== undefined && where === null) table.indexed.add(columns[0]);
  r.skipTo(';');
}

function createTrigger(schema: Schema, r: Reader): void {
  r.name();
  // TRUNCATE is nothing that a service does.
  if (r.is('before', 'truncate')) return r.skipTo(';');
  const refuses = r.accept('before', 'update', 'or', 'delete', 'on');
  if (!refuses) r.fail('a trigger that refuses to rewrite rows, the only kind that is known');
  const table = tableOf(schema, qualified(r));
  r.skipTo('execute');
  if (!r.accept('execute', 'function') || !r.name().startsWith('refuse_')) r.fail('a function refuse_...');
  table.appendOnly = true;
  r.skipTo(';');
}

function alterTable(schema: Schema, r: Reader): void {
  const table = tableOf(schema, qualified(r));
  r.list(() => {
    if (r.accept('add', 'column')) {
      r.accept('if', 'not', 'exists');
      table.columns.push(column(table, r));
    } else if (r.accept('add')) tablePart(table, r);
    else if (r.accept('set')) r.skipTo(';');
    else if (r.accept('drop', 'constraint')) {
      const name = r.name();
      table.uniques = table.uniques.filter((each) => each.name !== name);
      table.checks = table.checks.filter((each) => each.name !== name);
    } else r.fail('ADD, SET or DROP CONSTRAINT');
  });
}

function tableOf(schema: Schema, name: string): Table {
  const table = schema.tables.get(name);
  if (!table) throw new Error(`A migration names table "${name}" before it is created.`);
  return table;
}

function qualified(r: Reader): string {
  const first = r.name();
  return r.accept('.') ? tableName(first, r.name()) : first;
}
