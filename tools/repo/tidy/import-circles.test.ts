// No files import each other: each can be read, tested and moved without the other.
import { expect, test } from 'vitest';
import { circlesIn, importGraph } from './import-circles.ts';
import { code, read } from './repository.ts';

test('there are no import circles', () => {
  expect(circlesIn(importGraph(code, read)).map((circle) => circle.join(' -> '))).toEqual([]);
});

test('a circle is found, also one of types and of several files', () => {
  const texts: Record<string, string> = {
    'a/one.ts': "import { two } from './two.ts';",
    'a/two.ts': "import type { Three } from '../b/three.ts';",
    'b/three.ts': "export { one } from '../a/one.ts';",
    'b/four.ts': "import { one } from '../a/one.ts';",
  };
  const graph = importGraph(Object.keys(texts), (file) => texts[file] ?? '');
  expect(circlesIn(graph)).toEqual([['a/one.ts', 'a/two.ts', 'b/three.ts']]);
});
