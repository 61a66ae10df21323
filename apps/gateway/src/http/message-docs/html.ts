/** HTML templates that escape every value, except values that are such HTML themselves. */

export type Html = { readonly html: string };
type Part = Html | string | number | readonly Html[];

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For text and for attributes in double quotes. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, i) => text + (i < parts.length ? render(parts[i] ?? '') : '')).join('') };
}

/** The parts, separated by `between`. */
export function joined(parts: readonly Html[], between: string): Html {
  return { html: parts.map((part) => part.html).join(render(between)) };
}

function render(part: Part): string {
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (letter) => escapes[letter] ?? letter);
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map((one) => one.html).join('');
}
