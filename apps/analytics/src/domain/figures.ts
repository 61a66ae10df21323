// The figures people read, worked out from what was counted: averages, shares, the funnel.
/** Sums of money are bigint: a single amount has ten digits at most, a sum of them has no such bound. */
export type SalesCount = { orders: number; cancelled: number; revenueCents: bigint };
export type Summary = { orders: number; revenueCents: bigint; averageOrderCents: bigint; cancelRate: number };

/** Orders of one fate: how many there are, and how many of them are known to have taken each step. */
export type FateCount = {
  cancelled: boolean;
  reason: string | null;
  placed: number;
  preparing: number;
  outForDelivery: number;
  delivered: number;
};
export type Funnel = {
  steps: { step: 'PLACED' | 'PREPARING' | 'OUT_FOR_DELIVERY' | 'DELIVERED'; orders: number; share: number }[];
  cancelled: { orders: number; share: number; reasons: { reason: string | null; orders: number }[] };
};

/** Revenue and the average (rounded half up) are of orders that are not cancelled; the rate is of all that were placed. */
export function summarise({ orders, cancelled, revenueCents }: SalesCount): Summary {
  const kept = BigInt(orders - cancelled);
  return {
    orders,
    revenueCents,
    averageOrderCents: kept === 0n ? 0n : (2n * revenueCents + kept) / (2n * kept),
    cancelRate: shareOf(cancelled, orders),
  };
}

/** How far the placed orders came, and how many were cancelled for which reason, the most frequent first. */
export function funnelOf(fates: readonly FateCount[]): Funnel {
  const sum = (count: (fate: FateCount) => number) => fates.reduce((total, fate) => total + count(fate), 0);
  const placed = sum((fate) => fate.placed);
  const step = (name: Funnel['steps'][number]['step'], orders: number) => ({
    step: name,
    orders,
    share: shareOf(orders, placed),
  });
  const cancelled = sum((fate) => (fate.cancelled ? fate.placed : 0));
  return {
    steps: [
      step('PLACED', placed),
      step(
        'PREPARING',
        sum((fate) => fate.preparing),
      ),
      step(
        'OUT_FOR_DELIVERY',
        sum((fate) => fate.outForDelivery),
      ),
      step(
        'DELIVERED',
        sum((fate) => fate.delivered),
      ),
    ],
    cancelled: {
      orders: cancelled,
      share: shareOf(cancelled, placed),
      reasons: fates
        .filter((fate) => fate.cancelled)
        .map(({ reason, placed: orders }) => ({ reason, orders }))
        .sort((a, b) => b.orders - a.orders || (a.reason ?? '').localeCompare(b.reason ?? '')),
    },
  };
}

/** Any sum of cents as text with two decimals, such as "1250000000.00". */
export function formatSum(cents: bigint): string {
  const digits = String(cents).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** A share between 0 and 1, with four decimals; 0 of nothing. */
function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}
