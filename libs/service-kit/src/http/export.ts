/** The export of a whole list as CSV or JSON lines: read and sent page by page, as fast as the caller reads, without a deadline. */

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { csvLineOf, type CsvValue } from '../csv.ts';
import { Type } from '../schemas.ts';

/** For the query of an export, beside the filters of its list. */
export const ExportFormat = Type.Enum(['csv', 'jsonl'], { default: 'csv', description: 'CSV, or JSON lines' });

/** The reply, for the API document. */
export const ExportedFile = {
  description: 'The whole list. A reply that ends without its last part is incomplete',
  content: {
    'text/csv': { schema: Type.String({ description: 'A header, and a line for each entry' }) },
    'application/x-ndjson': { schema: Type.String({ description: 'A JSON object in each line' }) },
  },
};

export type Export<Row> = {
  /** The name of the file, without an extension. */
  name: string;
  format: 'csv' | 'jsonl';
  columns: { readonly [name: string]: (row: Row) => CsvValue };
  /** The rows after `last`, at most `limit`; from the beginning without one. */
  page: (last: Row | undefined, limit: number) => Promise<readonly Row[]>;
  /** A row of the JSON lines. */
  view: (row: Row) => object;
};

const pageRows = 500;
const contentTypes = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson' };

/** A failure before the first row is a problem document; a later one breaks the connection, which shows that the file is incomplete. */
export async function sendExport<Row>(request: FastifyRequest, reply: FastifyReply, exported: Export<Row>) {
  const { name, format } = exported;
  const first = await exported.page(undefined, pageRows);
  request.deadline.lift();
  return reply
    .type(contentTypes[format])
    .header('content-disposition', `attachment; filename="${name}.${format}"`)
    .header('cache-control', 'no-store')
    .send(Readable.from(textsOf(exported, first), { objectMode: false }));
}

async function* textsOf<Row>({ format, columns, page, view }: Export<Row>, first: readonly Row[]) {
  const values = Object.values(columns);
  const lineOf = (row: Row) =>
    format === 'csv' ? csvLineOf(values.map((value) => value(row))) : JSON.stringify(view(row));
  if (format === 'csv') yield `${Object.keys(columns).join(',')}\n`;
  for (let rows = first; rows.length > 0;) {
    yield rows.map((row) => `${lineOf(row)}\n`).join('');
    rows = rows.length < pageRows ? [] : await page(rows.at(-1), pageRows);
  }
}

/** Columns with the values of these fields. */
export function columnsOf<Row extends object>(names: readonly (keyof Row & string)[]) {
  return Object.fromEntries(names.map((name) => [name, (row: Row) => row[name] as CsvValue]));
}
