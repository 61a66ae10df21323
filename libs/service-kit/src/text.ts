// Cuts a text that is too long, between characters as people see them.

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The beginning of the text, at most `lengthMax` UTF-16 units, which are never fewer than code points. It is cut between characters as people
 * see them: an emoji or a letter with its marks is kept whole or left out. The result is always well-formed Unicode.
 */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text.toWellFormed();
  // Whether there is a boundary depends on what is before it and on one code point after it.
  const beginning = text.slice(0, lengthMax + 2);
  let end = 0;
  for (const { index } of graphemes.segment(beginning)) {
    if (index > lengthMax) break;
    end = index;
  }
  return text.slice(0, end || endOfCodePoints(text, lengthMax)).toWellFormed();
}

/** For a single character that is longer than the limit: a letter with hundreds of marks. */
function endOfCodePoints(text: string, lengthMax: number): number {
  return (text.codePointAt(lengthMax - 1) ?? 0) > 0xffff ? lengthMax - 1 : lengthMax;
}
