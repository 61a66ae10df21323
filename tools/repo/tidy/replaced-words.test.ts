// Code and pages use the field's terms: a word that was replaced does not come back.
import { expect, test } from 'vitest';
import { files, read } from './repository.ts';
import { findReplacedWords } from './replaced-words.ts';

const isText = /\.(ts|tsx|mjs|js|json|md|yaml|yml|tpl|template|sh|java|py|prisma|sql|properties|conf)$|Dockerfile$/;
const isLeftAlone = [
  // Generated, or fixed once published.
  /\/generated\/|^libs\/client\/openapi\.json$|^package-lock\.json$|\/migrations\/|\.avsc$/,
  // They name the former words.
  /^tools\/repo\/tidy\/replaced-words|^docs\/upgrading\.md$|CHANGELOG\.md$/,
  /^apps\/notification\/src\/channels\//,
];

test('no file uses a word that was replaced', () => {
  const checked = files.filter((file) => isText.test(file) && !isLeftAlone.some((pattern) => pattern.test(file)));
  expect(checked.flatMap((file) => findReplacedWords(file, `${file.replaceAll('/', ' ')}\n${read(file)}`))).toEqual([]);
});

test('a use is reported with its place and the term', () => {
  expect(findReplacedWords('a.ts', 'const wishFor = 1;\n// It was told.')).toEqual([
    "a.ts:1: 'wish' - say command, request, expected",
    "a.ts:2: 'told' - say published, notified, reported",
  ]);
});

test('dead letters, and letters of a text, are the right words', () => {
  expect(findReplacedWords('a.ts', '// dead letters; of letters, digits; messaging.parked')).toEqual([]);
});
