import { expect, test } from 'vitest';
import { pipelined } from '../src/index.ts';

const later = async <T>(ready: number, end: () => T): Promise<T> => {
  for (let turn = 0; turn < ready; turn++) await Promise.resolve();
  return end();
};
const fail = (message: string) => () => {
  throw new Error(message);
};

test('the error is that of the first in order that failed, however soon those behind it say that all is over', async () => {
  const sent = [later(1, () => 'done'), later(9, fail('the cause')), later(1, fail('25P02')), later(2, fail('25P02'))];
  await expect(pipelined(sent)).rejects.toThrow('the cause');
});

test('nothing is under way any more when the error is thrown', async () => {
  let ended = false;
  const slow = later(50, () => (ended = true));
  await expect(pipelined([later(1, fail('the cause')), slow])).rejects.toThrow('the cause');
  expect(ended).toBe(true);
});

test('the answers come in the order given', async () => {
  expect(await pipelined([later(5, () => 1), later(1, () => 'two')])).toEqual([1, 'two']);
});
