/** What a look through the books tells: what was found and what became of it. */
import type { ItemId, OrderId } from '@oms/contracts';
import type { Finding } from './discrepancies.ts';

/** Where to go on: orders come first, then the ledger of each order, then the items. */
export type Place =
  | { phase: 'orders'; after: OrderId | null }
  | { phase: 'ledger'; after: ItemId | null; orderAfter: OrderId | null }
  | { phase: 'items'; after: ItemId | null };
export type Told = Finding & { fixed: boolean };
export type Report = {
  findings: Told[];
  checked: { orders: number; items: number };
  /** Orders that differ, and may just not have been heard of yet. */
  underWay: number;
  next: Place | null;
};
export type How = { fix: boolean; by: string };

export function emptyReport(): Report {
  return { findings: [], checked: { orders: 0, items: 0 }, underWay: 0, next: null };
}

/** @param left undefined: no repair was asked for, or none is possible */
export function tell(findings: readonly Finding[], left: string | null | undefined): Told[] {
  return findings.map((finding) => {
    const fixed = left === null && !finding.forPerson;
    return { ...finding, fixed, ...(left && { remedy: `Left as it is: ${left}.` }) };
  });
}
