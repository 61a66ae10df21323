/** The rows of an uploaded file of items, CSV or JSON lines, each with its line, and with what is wrong in it. */
import { parseCents } from '@oms/contracts';
import { brokenLine, createCheck, parseCsvLine, type UploadedLine } from '@oms/service-kit';
import { nameKeyOf } from '../domain/item-name.ts';
import type { ImportRow } from '../store/import-items.ts';
import { ignoredColumns, importColumns, ImportedItem, type ImportError } from './import-schemas.ts';

export type ReadRow = { line: number; row: ImportRow } | { line: number; errors: ImportError[] };
export type FileFormat = 'text/csv' | 'application/x-ndjson';

/** The numbers of lines of all names are kept. Larger files are imported in parts. */
const rowsMax = 250_000;

const checkTexts = createCheck(ImportedItem, { fromText: true });
const checkValues = createCheck(ImportedItem, { fromText: false });

/** @throws Refusal MALFORMED_BODY with the line, when the rest of the file makes no sense */
export async function* readRows(lines: AsyncIterable<UploadedLine>, format: FileFormat): AsyncGenerator<ReadRow> {
  const lineByName = new Map<string, number>();
  let header: string[] | undefined;
  let rows = 0;
  for await (const { line, text } of lines) {
    if (format === 'text/csv' && header === undefined) {
      header = headerOf(line, text);
      continue;
    }
    rows += 1;
    if (rows > rowsMax) throw brokenLine(line, `it has more than ${rowsMax} rows; send the rest as another file`);
    yield unlessRepeated(header === undefined ? jsonRow(line, text) : csvRow(line, text, header), lineByName);
  }
  if (format === 'text/csv' && header === undefined)
    throw brokenLine(1, `it must be a header of ${importColumns.join(',')}`);
}

function headerOf(line: number, text: string): string[] {
  const header = parseCsvLine(text)?.map((name) => name.trim()) ?? [];
  const unknown = header.filter((name) => !importColumns.includes(name) && !ignoredColumns.includes(name));
  const missing = importColumns.filter((name) => !header.includes(name));
  const repeated = header.filter((name, at) => header.indexOf(name) !== at);
  const faults = [
    ...(missing.length > 0 ? [`${missing.join(', ')} is missing`] : []),
    ...(unknown.length > 0 ? [`${unknown.map((name) => JSON.stringify(name)).join(', ')} is unknown`] : []),
    ...(repeated.length > 0 ? [`${repeated.join(', ')} is there twice`] : []),
  ];
  if (faults.length === 0) return header;
  throw brokenLine(line, `it must be a header of ${importColumns.join(',')} in any sequence, and ${faults.join('; ')}`);
}

function csvRow(line: number, text: string, header: readonly string[]): ReadRow {
  const cells = parseCsvLine(text);
  if (cells === undefined)
    return wrong(line, 'row', 'has a quote that is not closed, or not doubled; a row is one line');
  if (cells.length !== header.length) {
    return wrong(line, 'row', `has ${cells.length} cells, and the header has ${header.length}`);
  }
  return checked(line, Object.fromEntries(header.map((name, at) => [name, cells[at]])), checkTexts);
}

function jsonRow(line: number, text: string): ReadRow {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return checked(line, value, checkValues);
  } catch {
    // Like every other text that is no object.
  }
  return wrong(line, 'row', 'is not a JSON object');
}

function checked(line: number, value: object, check: ReturnType<typeof createCheck>): ReadRow {
  const editable = Object.fromEntries(Object.entries(value).filter(([name]) => !ignoredColumns.includes(name)));
  const { error, value: item } = check(editable);
  if (error !== undefined) {
    const errors = error.extras['errors'] as Omit<ImportError, 'line'>[];
    return { line, errors: errors.map(({ field, message }) => ({ line, field, message })) };
  }
  const { onHand, price, ...texts } = item as ImportedItem;
  return { line, row: { onHand, details: { ...texts, priceCents: parseCents(price) } } };
}

/** Which of two rows is meant? Importing both would change something again each time. */
function unlessRepeated(read: ReadRow, lineByName: Map<string, number>): ReadRow {
  if ('errors' in read) return read;
  const { line, row } = read;
  const key = nameKeyOf(row.details.itemName);
  const earlier = lineByName.get(key);
  if (earlier !== undefined) return wrong(line, 'itemName', `is the name in line ${earlier} as well`);
  lineByName.set(key, line);
  return read;
}

function wrong(line: number, field: string, message: string): ReadRow {
  return { line, errors: [{ line, field, message }] };
}
