/**
 * CSV as RFC 4180 describes it, with one record in each line: a quote that is not closed concerns its line and not the rest of the file.
 *
 * A spreadsheet runs a cell that begins with = + - @ as a formula. So such a text is written with an apostrophe before it, as OWASP advises
 * (https://owasp.org/www-community/attacks/CSV_Injection), and read without it: what is exported can be imported as it is.
 */

export type CsvValue = string | number | boolean | null | undefined;

const formula = /^'*[=+\-@\t\r]/;
const escapedFormula = /^'+[=+\-@\t\r]/;
const special = /[",\r\n]/;

/** Without the line break at its end. Null and undefined are empty cells; line breaks in a text become blanks. */
export function csvLineOf(values: readonly CsvValue[]): string {
  return values.map(cellOf).join(',');
}

function cellOf(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const line = value.replace(/\r\n|[\r\n]/g, ' ');
  const harmless = formula.test(line) ? `'${line}` : line;
  return special.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The cells of a line; undefined when its quotes are wrong: one inside a cell without quotes, or one that is not closed. */
export function parseCsvLine(line: string): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const cell = line[at] === '"' ? quotedAt(line, at) : plainAt(line, at);
    if (cell === undefined) return undefined;
    cells.push(escapedFormula.test(cell.text) ? cell.text.slice(1) : cell.text);
    if (cell.end === line.length) return cells;
    at = cell.end + 1;
  }
}

type Cell = { text: string; end: number };

function plainAt(line: string, start: number): Cell | undefined {
  const comma = line.indexOf(',', start);
  const end = comma === -1 ? line.length : comma;
  const text = line.slice(start, end);
  return text.includes('"') ? undefined : { text, end };
}

function quotedAt(line: string, start: number): Cell | undefined {
  for (let at = start + 1; ; at += 2) {
    at = line.indexOf('"', at);
    if (at === -1) return undefined;
    if (line[at + 1] === '"') continue;
    const end = at + 1;
    if (end < line.length && line[end] !== ',') return undefined;
    return { text: line.slice(start + 1, at).replaceAll('""', '"'), end };
  }
}
