// Builds histories in few words: who requested what, from when to when, and what the answer was.
import type { Answer, Call, Opening, Request } from '../history.ts';
import { checkHistory } from '../check-history.ts';

export const [pizza, cola] = ['pizza', 'cola'];
export const openings: Opening[] = [
  { itemId: pizza, quantity: 10, version: 1 },
  { itemId: cola, quantity: 5, version: 1 },
];

let keys = 0;
export const read = (itemId = pizza): Request => ({ type: 'Read', itemId });
export const restock = (quantity: number, key = `key ${(keys += 1)}`, itemId = pizza): Request => ({
  type: 'Restock',
  itemId,
  quantity,
  key,
});
export const adjust = (delta: number, itemId = pizza): Request => ({
  type: 'Adjust',
  itemId,
  delta,
  key: `key ${(keys += 1)}`,
});
export const reserve = (orderId: string, quantities: Record<string, number>): Request => ({
  type: 'Reserve',
  orderId,
  lines: Object.entries(quantities).map(([itemId, quantity]) => ({ itemId, quantity })),
});
export const confirm = (orderId: string, attempt: number | null = null): Request => ({
  type: 'Confirm',
  orderId,
  attempt,
});
export const release = (orderId: string, attempt: number | null = null): Request => ({
  type: 'Release',
  orderId,
  attempt,
});

export const shows = (quantity: number, version: number): Answer => ({ type: 'Item', quantity, version });
export const reserved = (attempt = 1): Answer => ({ type: 'Reserved', attempt });
export const short = (requested: number, available: number, itemId = pizza): Answer => ({
  type: 'Short',
  shortages: [{ itemId, requested, available }],
});
export const conflict: Answer = { type: 'Conflict' };
export const done: Answer = { type: 'Done' };

export function call(beganAtMs: number, endedAtMs: number, request: Request, answer: Answer): Call {
  return { client: 'somebody', request, answer, beganAtMs, endedAtMs };
}

export function unanswered(beganAtMs: number, request: Request): Call {
  return { client: 'somebody', request, answer: null, beganAtMs, endedAtMs: null };
}

/** What the items' own histories say, and the whole. */
export function outcomesOf(...calls: Call[]): { items: string[]; whole: string } {
  const outcomes = checkHistory({ openings, calls }).map(({ searched }) => searched.outcome);
  return { items: outcomes.slice(0, -1), whole: outcomes.at(-1) ?? '' };
}
