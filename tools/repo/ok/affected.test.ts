import { expect, test } from 'vitest';
import { testsOfChanged } from './affected.ts';

const users = new Map([
  ['apps/order', ['tools']],
  ['libs/messaging', ['apps/order', 'tools']],
  ['libs/test-kit', []],
  ['tools', []],
]);

test('nothing changed, so nothing runs', () => {
  expect(testsOfChanged([], users)).toEqual([]);
});

test('a change in a service runs its tests and those that read the repository, not all of the tools', () => {
  const tests = testsOfChanged(['apps/order/src/app.ts'], users);
  expect(tests).toContain('apps/order/');
  expect(tests).toContain('tools/repo/tidy/');
  expect(tests).not.toContain('tools/');
  expect(tests).not.toContain('libs/messaging/');
});

test('a change in a library runs the tests of all who use it', () => {
  expect(testsOfChanged(['libs/messaging/src/index.ts'], users)).toEqual(
    expect.arrayContaining(['libs/messaging/', 'apps/order/', 'tools/']),
  );
});

test('a change in a page runs what reads the repository', () => {
  expect(testsOfChanged(['docs/cookbook.md'], users)).toContain('tools/repo/tidy/');
});

test.each(['package-lock.json', 'vitest.config.ts', 'libs/test-kit/src/until.ts'])(
  'a change in %s runs all',
  (file) => {
    expect(testsOfChanged([file], users)).toEqual(['apps/', 'libs/', 'tools/']);
  },
);
