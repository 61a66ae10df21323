// A source map of our own files only: with the lines of every package it would cost a process 60 MB.

type SourceMap = { version: 3; sources: string[]; names: string[]; mappings: string };

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const valueOf = new Map([...digits].map((digit, value) => [digit, value]));

/** Takes out what is mapped to files under node_modules, and the names. The text is a version 3 map, and so is the result. */
export function ownSourceMap(text: string): string {
  const map = JSON.parse(text) as SourceMap;
  const isOwn = map.sources.map((source) => !source.includes('node_modules/'));
  const newIndex = new Map<number, number>();
  const sources = map.sources.filter((_, i) => isOwn[i] && newIndex.set(i, newIndex.size));
  return JSON.stringify({ version: 3, sources, names: [], mappings: keep(map.mappings, newIndex) });
}

/**
 * Each line is a list of segments, each segment a list of differences to the one before it: column here, source, line there, column
 * there. Columns here begin again with each line. A segment of a column alone says "from here on nothing is known".
 */
function keep(mappings: string, newIndex: ReadonlyMap<number, number>): string {
  let [source, line, column] = [0, 0, 0];
  let last = [0, 0, 0] as [number, number, number];
  const keepLine = (text: string): string => {
    let [here, lastHere, known] = [0, 0, false];
    const kept: string[] = [];
    const put = (...values: number[]) => {
      kept.push([here - lastHere, ...values].map(encode).join(''));
      lastHere = here;
    };
    for (const segment of text === '' ? [] : text.split(',')) {
      const [step = 0, bySource, byLine = 0, byColumn = 0] = decode(segment);
      here += step;
      const index = bySource === undefined ? undefined : newIndex.get((source += bySource));
      line += byLine;
      column += byColumn;
      if (index !== undefined) {
        put(index - last[0], line - last[1], column - last[2]);
        last = [index, line, column];
      } else if (known) put();
      known = index !== undefined;
    }
    return kept.join(',');
  };
  return mappings.split(';').map(keepLine).join(';');
}

/** Base 64 VLQ: five bits a digit, lowest first, the sixth says that more follow; the lowest bit of all is the sign. */
function decode(segment: string): number[] {
  const numbers: number[] = [];
  let [bits, shift] = [0, 0];
  for (const digit of segment) {
    const value = valueOf.get(digit) ?? 0;
    bits |= (value & 31) << shift;
    shift += 5;
    if (value & 32) continue;
    numbers.push(bits & 1 ? -(bits >> 1) : bits >> 1);
    [bits, shift] = [0, 0];
  }
  return numbers;
}

function encode(number: number): string {
  let bits = number < 0 ? (-number << 1) | 1 : number << 1;
  let text = '';
  do {
    const more = bits >>> 5;
    text += digits[(bits & 31) | (more ? 32 : 0)] ?? '';
    bits = more;
  } while (bits);
  return text;
}
