// The orders of a race: the same for the same seed, and together for more units than there are.
import { createRandom } from '../harness/random.ts';

export type Want = { itemId: string; quantity: number };
export type Demand = { attempts: number; seed: number; itemIds: readonly string[]; isMixed: boolean };

/** The last part of a mixed race wants one unit each: then nothing can be left over, whatever quantities remain. */
const tailShare = 0.2;

export function wantsOf({ attempts, seed, itemIds, isMixed }: Demand, attempt: number): Want[] {
  const itemId = itemIds[attempt % itemIds.length]!;
  if (!isMixed || attempt >= attempts * (1 - tailShare)) return [{ itemId, quantity: 1 }];
  const random = createRandom(Math.imul(seed + 1, 0x9e3779b1) ^ attempt);
  const others = Array.from({ length: random.between(0, Math.min(2, itemIds.length - 1)) }, () => random.pick(itemIds));
  return [itemId, ...others].map((id) => ({ itemId: id, quantity: random.between(1, 3) }));
}

/** One in so many attempts is sent twice at once, as by a customer who clicks twice. */
export function isSentTwice(attempt: number): boolean {
  return attempt % 50 === 7;
}

/** The demand for an item in the tail alone must be more than it has. */
export function assertEnough({ attempts, units, items }: { attempts: number; units: number; items: number }): void {
  const needed = Math.ceil(units / tailShare);
  if (attempts >= needed && units >= items) return;
  throw new Error(
    `A race of ${attempts} attempts for ${units} units of ${items} items decides nothing: take at least ${needed} attempts, and a unit for each item.`,
  );
}
