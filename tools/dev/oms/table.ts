// Rows as a text table: a header, and columns as wide as their widest text.

/** The columns are those of the first row. */
export function tableOf(rows: readonly Record<string, string>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => oneLine(row[name]).length)));
  const lineOf = (texts: readonly string[]) =>
    texts
      .map((text, i) => text.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  return [lineOf(names), ...rows.map((row) => lineOf(names.map((name) => oneLine(row[name]))))].join('\n');
}

/** What a message brings along must not break a line or turn the terminal's colours. */
function oneLine(text = ''): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
