/** The result of a reconciliation: the discrepancies that were found, and which of them were repaired. */
import type { ItemId, OrderId } from '@oms/contracts';
import type { Discrepancy } from './discrepancies.ts';

/** Where a reconciliation continues: all orders come first, then the ledger of each order, then the items. */
export type Position =
  | { phase: 'orders'; after: OrderId | null }
  | { phase: 'ledger'; after: ItemId | null; orderAfter: OrderId | null }
  | { phase: 'items'; after: ItemId | null };
export type ReportedDiscrepancy = Discrepancy & { fixed: boolean };
export type Report = {
  discrepancies: ReportedDiscrepancy[];
  checked: { orders: number; items: number };
  /** Orders that differ and whose newest events may not have arrived yet. */
  inFlight: number;
  /** Null at the end. */
  next: Position | null;
};
/** `by` is who repairs, for the ledger. */
export type ReconcileOptions = { fix: boolean; by: string };

export function emptyReport(): Report {
  return { discrepancies: [], checked: { orders: 0, items: 0 }, inFlight: 0, next: null };
}

/** @param skipReason null: repaired; undefined: no repair was asked for, or none is possible */
export function reported(
  discrepancies: readonly Discrepancy[],
  skipReason: string | null | undefined,
): ReportedDiscrepancy[] {
  return discrepancies.map((discrepancy) => {
    const fixed = skipReason === null && !discrepancy.needsPerson;
    return { ...discrepancy, fixed, ...(skipReason && { remedy: `Left as it is: ${skipReason}.` }) };
  });
}
