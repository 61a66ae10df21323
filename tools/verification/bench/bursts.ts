// One burst of orders at one entry point, with its rates, answers and CPU shares.
import { startCpuShares, type CpuShares } from './cpu-shares.ts';
import { placeOrders } from './load/start-load.ts';
import type { Load } from './load/orders.ts';

export type BurstPlan = {
  url: string;
  tokens: readonly string[];
  itemIds: readonly string[];
  seconds: number;
  pids: Record<string, number>;
};
export type Burst = Load & { cpu: CpuShares };

const warmUpMs = 1_000;

export async function burst({ url, tokens, itemIds, seconds, pids }: BurstPlan): Promise<Burst> {
  const sharesSince = startCpuShares(pids);
  const load = await placeOrders({ url, tokens, itemIds, warmUpMs, countedMs: seconds * 1_000 });
  return { ...load, cpu: sharesSince() };
}

/** Describes the answers that were not 201; empty when there were none. */
export function oddAnswers({ statuses, oddAnswer }: Burst): string {
  const odd = Object.entries(statuses).filter(([status]) => status !== '201');
  if (odd.length === 0 && oddAnswer === undefined) return '';
  const counts = odd.map(([status, count]) => `${count} x ${status}`).join(', ');
  return `${counts || 'outside the counted time'}; the first: ${oddAnswer?.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
}
