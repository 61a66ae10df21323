// Java reads what we write, wherever the project lies.
import { expect, test } from 'vitest';
import { propertiesText, refuseUnreadablePaths } from '../embedded/java-paths.ts';

test('settings are plain ASCII, and Java reads the same values from them', () => {
  const text = propertiesText({ 'log.dirs': '/home/jürgen/\u65e5\u672c/a b=c', 'node.id': 1, windows: 'C:\\data' });

  expect(text).toMatch(/^[\x00-\x7f]*$/);
  expect(read(text)).toEqual({ 'log.dirs': '/home/jürgen/日本/a b=c', 'node.id': '1', windows: 'C:\\data' });
});

test.each([
  [{ project: '/home/a/🍕/oms', data: '/data' }, /🍕 \(U\+1F355\): \/home\/a\/🍕\/oms\nMove the project/],
  [
    { project: '/home/a/oms', data: '/data/𝒳' },
    /𝒳 \(U\+1D4B3\): \/data\/𝒳\nChoose another folder for the data with OMS_DATA/,
  ],
])('a path in which Java opens no file is refused, with its character and the remedy: %o', (paths, message) => {
  expect(() => refuseUnreadablePaths(paths)).toThrow(message);
});

test('any other path is accepted', () => {
  refuseUnreadablePaths({ project: '/home/jürgen/日本/Käse & Brot 100%', data: '/data' });
});

/** As java.util.Properties.load does, for what we write. */
function read(text: string): Record<string, string> {
  const lines = text.trimEnd().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      const value = line
        .slice(at + 1)
        .replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code: string | undefined, letter: string) =>
          code ? String.fromCharCode(Number.parseInt(code, 16)) : letter,
        );
      return [line.slice(0, at), value];
    }),
  );
}
