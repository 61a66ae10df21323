import { describe, expect, test } from 'vitest';
import { ratios, spreadOf, describeSpread } from '../ratios.ts';
import { describePlacement } from '../describe-placement.ts';
import type { Case, Round } from '../placement.ts';

describe('a spread', () => {
  test('is the median of an odd and of an even number of rounds, with the range', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
  });

  test('of no figures is refused', () => {
    expect(() => spreadOf([])).toThrow('no figures');
  });

  test('is written with three figures or more', () => {
    expect(describeSpread({ median: 1.234, least: 0.5, most: 12.34 })).toBe('1.23 (0.50-12.3)');
    expect(describeSpread({ median: 6900.4, least: 100, most: 12_345.6 })).toBe('6,900 (100-12,346)');
  });
});

test('a ratio is taken between figures of the same round', () => {
  expect(ratios([10, 30], [5, 10])).toEqual([2, 3]);
  expect(() => ratios([1], [])).toThrow('cannot be compared');
});

describe('the table of placement', () => {
  const round = (perSecond: number, pgbench?: number): Round => ({
    ours: { statuses: { 201: 1 }, placed: 1, units: {}, perSecond, p50Ms: 1, p99Ms: 2, cpuShare: 0.1, cpu: {} },
    ...(pgbench !== undefined && { pgbench: { perSecond: pgbench, inventory: 1, order: 1 } }),
  });
  const uniform: Case = { entry: 'order', clients: 8, hot: false, rounds: [round(100, 50), round(200, 400)] };
  const hot: Case = { ...uniform, hot: true, rounds: [round(90), round(220)] };
  const rows = describePlacement({ cases: [uniform, hot], invariants: '', withoutPgbench: false })
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const cell = (row: number, title: string) => rows[row]?.[rows[0]?.indexOf(title) ?? -1];

  test('has ratios by rounds, and a dash where nothing was compared', () => {
    expect(cell(2, 'to pgbench')).toBe('1.25 (0.50-2.00)');
    expect(cell(3, 'to pgbench')).toBe('-');
    expect(cell(2, 'Prisma/s')).toBe('-');
  });

  test('compares the hot item with the uniform ones', () => {
    expect(cell(2, 'hot / uniform')).toBe('-');
    expect(cell(3, 'hot / uniform')).toBe('1.00 (0.90-1.10)');
  });
});
