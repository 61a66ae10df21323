// The output of a program is parsed as messages only if it contains the types of what it read.
import { expect, test } from 'vitest';
import { programOf } from '../program.ts';

const printing = (line: object) =>
  programOf(process.execPath, ['-e', 'console.log(process.argv[1])'])(JSON.stringify(line));

test('amounts become cents, times Dates and ids texts, at any depth', async () => {
  const value = {
    totalAmount: { decimal: '-0.05' },
    occurredAt: { time: '2026-11-23T12:00:00.123Z' },
    items: [{ itemId: { uuid: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed' } }],
  };
  expect(await printing({ topic: 'a', key: 'b', value })).toEqual([
    {
      topic: 'a',
      key: 'b',
      value: {
        totalAmount: -5,
        occurredAt: new Date('2026-11-23T12:00:00.123Z'),
        items: [{ itemId: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed' }],
      },
    },
  ]);
});

test('a program that fails is quoted', async () => {
  const failing = programOf(process.execPath, ['-e', 'console.error("no such topic"); process.exit(3)']);
  await expect(failing()).rejects.toThrow(/failed\. Its last words:\nno such topic/);
});
