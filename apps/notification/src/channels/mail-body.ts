// The two bodies of a mail, from the HTML a rule's template made: a page that mail programs show well, and plain text for those that show none.

const style = `body{font:16px/1.5 system-ui,sans-serif;color:#1c2024;margin:24px}
h1{font-size:20px;margin:0 0 12px}table{border-collapse:collapse;margin:12px 0}
blockquote{margin:0 0 12px;padding-left:12px;border-left:3px solid #e3e5e8}
th,td{text-align:left;padding:4px 16px 4px 0;border-bottom:1px solid #e3e5e8;font-weight:inherit}th{color:#5c6470}`;

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#34': '"',
  '#39': "'",
  nbsp: ' ',
  times: 'x',
};

export function htmlPage(fragment: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><style>${style}</style></head><body>${fragment}</body></html>`;
}

/** Cells become words of a line, rows and paragraphs lines of their own; lines of quotes, and of notes in italics, begin with `>`. */
export function plainText(fragment: string): string {
  return fragment
    .replace(/\s+/g, ' ')
    .replace(/<br class="quote">|<br><em>|\s*<blockquote>/g, '\n> ')
    .replaceAll('</blockquote>', '\n')
    .replace(/<\/(p|h[1-6]|tr|li|table)>|<br\s*\/?>/gi, '\n')
    .replace(/<\/t[dh]>/gi, '  ')
    .replace(/<[^>]*>/g, '')
    .replace(/&([a-z]+|#\d+);/gi, (whole, name: string) => entities[name.toLowerCase()] ?? whole)
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
