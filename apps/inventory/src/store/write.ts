/** Many rows in one prepared statement: each column travels as one array, for the statement to `unnest`. */
import type pg from 'pg';

type Value = string | number | boolean | null | undefined;

/**
 * Writes all `rows`, or does nothing when there are none.
 * @throws Error when the statement did not write each of them: a row that was loaded and locked is not as it was loaded
 */
export async function write<Row>(
  client: pg.ClientBase,
  name: string,
  text: string,
  rows: readonly Row[],
  columns: readonly ((row: Row) => Value)[],
): Promise<void> {
  if (rows.length === 0) return;
  const { rowCount } = await client.query({ name, text, values: columns.map((column) => rows.map(column)) });
  if (rowCount !== rows.length) {
    throw new Error(
      `Cannot ${name}: ${rowCount} of ${rows.length} rows were written, so somebody changed the others in spite of our lock.`,
    );
  }
}
