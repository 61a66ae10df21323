// Histories in short words: who asked what from when to when, and what they were told.
import type { Answer, Call, Opening, Wish } from '../history.ts';
import { judge } from '../judge.ts';

export const [pizza, cola] = ['pizza', 'cola'];
export const openings: Opening[] = [
  { itemId: pizza, quantity: 10, version: 1 },
  { itemId: cola, quantity: 5, version: 1 },
];

let keys = 0;
export const read = (itemId = pizza): Wish => ({ type: 'Read', itemId });
export const restock = (quantity: number, key = `key ${(keys += 1)}`, itemId = pizza): Wish => ({
  ...{ type: 'Restock', itemId, quantity, key },
});
export const adjust = (delta: number, itemId = pizza): Wish => ({
  ...{ type: 'Adjust', itemId, delta, key: `key ${(keys += 1)}` },
});
export const reserve = (orderId: string, quantities: Record<string, number>): Wish => ({
  ...{ type: 'Reserve', orderId },
  lines: Object.entries(quantities).map(([itemId, quantity]) => ({ itemId, quantity })),
});
export const confirm = (orderId: string, attempt: number | null = null): Wish => ({
  type: 'Confirm',
  orderId,
  attempt,
});
export const release = (orderId: string, attempt: number | null = null): Wish => ({
  type: 'Release',
  orderId,
  attempt,
});

export const shows = (quantity: number, version: number): Answer => ({ type: 'Item', quantity, version });
export const reserved = (attempt = 1): Answer => ({ type: 'Reserved', attempt });
export const short = (requested: number, available: number, itemId = pizza): Answer => ({
  ...{ type: 'Short', shortages: [{ itemId, requested, available }] },
});
export const conflict: Answer = { type: 'Conflict' };
export const done: Answer = { type: 'Done' };

export function call(beganAtMs: number, endedAtMs: number, wish: Wish, answer: Answer): Call {
  return { client: 'somebody', wish, answer, beganAtMs, endedAtMs };
}

export function unanswered(beganAtMs: number, wish: Wish): Call {
  return { client: 'somebody', wish, answer: null, beganAtMs, endedAtMs: null };
}

/** What the items' own histories say, and the whole. */
export function verdictOn(...calls: Call[]): { items: string[]; whole: string } {
  const outcomes = judge({ openings, calls }).map(({ verdict }) => verdict.outcome);
  return { items: outcomes.slice(0, -1), whole: outcomes.at(-1) ?? '' };
}
