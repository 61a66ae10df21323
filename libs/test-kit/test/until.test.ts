import { expect, test } from 'vitest';
import { until } from '../src/index.ts';

test('waiting ends with the first look that holds, and answers what was seen', async () => {
  let looks = 0;
  const seen = await until('the third look', () => Promise.resolve((looks += 1) >= 3 && `look ${looks}`));
  expect(seen).toBe('look 3');
});

test('waiting in vain says for what, how long, and what the last look gave', async () => {
  await expect(until('pigs fly', () => Promise.resolve(0), 30)).rejects.toThrow(/30 ms.*pigs fly.*0/s);
});
