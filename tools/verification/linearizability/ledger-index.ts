// The service's own ledger as evidence: a change that is not in it can't have happened, and each has its version.
import type { LedgerEntry } from './history.ts';

export type LedgerIndex = {
  has(entry: LedgerEntry): boolean;
  /** The highest version at which the order took stock of the item; 0 when it never did. */
  lastReserved(itemId: string, orderId: string): number;
};

export function createLedgerIndex(entries: readonly LedgerEntry[]): LedgerIndex {
  const nameOf = ({ itemId, version, delta, reason, orderId }: LedgerEntry) =>
    `${itemId} ${version} ${delta} ${reason} ${orderId}`;
  const names = new Set(entries.map(nameOf));
  const last = new Map<string, number>();
  for (const { itemId, orderId, reason, version } of entries) {
    const key = `${itemId} ${orderId}`;
    if (reason === 'RESERVED') last.set(key, Math.max(version, last.get(key) ?? 0));
  }
  return {
    has: (entry) => names.has(nameOf(entry)),
    lastReserved: (itemId, orderId) => last.get(`${itemId} ${orderId}`) ?? 0,
  };
}
