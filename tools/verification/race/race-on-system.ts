// The race in its short form, as tests on a whole system that is running already.
import { describe, expect, test } from 'vitest';
import type { Role } from '../../dev/client/client.ts';
import { anySeed } from '../../dev/client/seed.ts';
import type { WholeSystem } from '../journey/whole-system.ts';
import { runRace, type Race } from './race.ts';

/** Registers the tests; `whole` is called when they run. */
export function describeRace(whole: () => WholeSystem): void {
  describe('a race', () => {
    test('of 600 customers for 100 units at the gateway sells exactly 100', async () => {
      const { result, seed } = await race('gateway', { attempts: 600, units: 100, items: 1, isMixed: false });
      expect(result.violations, `seed ${seed}`).toEqual([]);
      expect([result.accepted.size, result.units, result.refused]).toEqual([100, 100, 500]);
    });

    test('for several dishes in one order sells exactly what there is, each order whole', async () => {
      const { result, seed } = await race('order', { attempts: 600, units: 90, items: 3, isMixed: true });
      expect(result.violations, `seed ${seed}`).toEqual([]);
      expect([result.units, result.accepted.size + result.refused]).toEqual([90, 600]);
    });
  });

  async function race(entry: 'gateway' | 'order', options: Omit<Race, 'clients' | 'seed'>) {
    const { system } = whole();
    const as = (role: Role) => whole().as(role);
    const seed = anySeed();
    const [staff, ...customers] = await Promise.all([as('staff'), ...Array.from({ length: 16 }, () => as('customer'))]);
    const origin = system.urls[entry];
    return { seed, result: await runRace({ origin, staff, customers, race: { ...options, clients: 64, seed } }) };
  }
}
