/** Writes many rows by one prepared statement: each column is sent as one array, and the statement unnests the arrays. */
import type pg from 'pg';

type Value = string | number | boolean | null | undefined;
/** A column of a table: its PostgreSQL type, and the value that `row` has in it. */
export type Column<Row> = { readonly type: string; readonly value: (row: Row) => Value };
/** By column name, in the order in which they are sent. */
export type Columns<Row> = Readonly<Record<string, Column<Row>>>;

/** `"id", "itemName", ...` */
export function namesOf<Row>(columns: Columns<Row>): string {
  return Object.keys(columns)
    .map((name) => `"${name}"`)
    .join(', ');
}

/** `unnest($1::uuid[], $2::text[], ...) AS u("id", "itemName", ...)`: the rows, for the FROM clause of a statement. */
export function unnestSql<Row>(columns: Columns<Row>): string {
  const parameters = Object.values(columns).map(({ type }, index) => `$${index + 1}::${type}[]`);
  return `unnest(${parameters.join(', ')}) AS u(${namesOf(columns)})`;
}

export function insertSql<Row>(table: string, columns: Columns<Row>): string {
  return `INSERT INTO ${table} (${namesOf(columns)}) SELECT * FROM ${unnestSql(columns)}`;
}

/**
 * Writes all `rows`, or does nothing when there are none.
 * @throws Error when the statement did not write each of them: another transaction changed a row in spite of our lock
 */
export async function write<Row>(
  client: pg.ClientBase,
  name: string,
  text: string,
  rows: readonly Row[],
  columns: Columns<Row>,
): Promise<void> {
  if (rows.length === 0) return;
  const values = Object.values(columns).map(({ value }) => rows.map(value));
  const { rowCount } = await client.query({ name, text, values });
  if (rowCount !== rows.length) {
    throw new Error(
      `Cannot ${name}: ${rowCount} of ${rows.length} rows were written, so somebody changed the others in spite of our lock.`,
    );
  }
}
