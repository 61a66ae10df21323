// The seeded random numbers: repeatable, independent after a fork, and inside their bounds.
import { expect, test } from 'vitest';
import { createRandom, type Random } from '../random.ts';

const draws = (random: Random) => Array.from({ length: 50 }, () => random.next());

test('a seed repeats its numbers, and seeds that are close give others', () => {
  expect(draws(createRandom(7))).toEqual(draws(createRandom(7)));
  const firsts = Array.from({ length: 1_000 }, (_, seed) => createRandom(seed).next());
  expect(new Set(firsts).size).toBe(1_000);
});

test('the upper half of a seed counts too', () => {
  expect(draws(createRandom(5))).not.toEqual(draws(createRandom(5 + 2 ** 32)));
});

test('what a fork draws does not change what its parent draws', () => {
  const [alone, parent] = [createRandom(3), createRandom(3)];
  alone.fork();
  draws(parent.fork());
  expect(draws(parent)).toEqual(draws(alone));
});

test('every number is inside its bounds, and both ends of a whole range come up', () => {
  const random = createRandom(11);
  const whole = Array.from({ length: 500 }, () => random.between(2, 4));
  expect(new Set(whole)).toEqual(new Set([2, 3, 4]));
  expect(new Set(Array.from({ length: 500 }, () => random.int(3)))).toEqual(new Set([0, 1, 2]));
  for (const each of Array.from({ length: 500 }, () => random.uniform(-1, 1))) {
    expect(each).toBeGreaterThanOrEqual(-1);
    expect(each).toBeLessThan(1);
  }
});

test('a shuffle keeps each element once, and every element can come first', () => {
  const random = createRandom(13);
  const shuffles = Array.from({ length: 200 }, () => random.shuffle(['a', 'b', 'c']));
  for (const shuffled of shuffles) expect(shuffled.toSorted()).toEqual(['a', 'b', 'c']);
  expect(new Set(shuffles.map(([first]) => first)).size).toBe(3);
});

test('a UUID is one of version 4', () => {
  const random = createRandom(17);
  for (let i = 0; i < 50; i++)
    expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
