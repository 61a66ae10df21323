// Figures computed from counts: averages, shares, the funnel.
/** Sums of money are bigint: one amount has at most ten digits, but a sum has no limit. */
export type SalesCount = { orders: number; cancelled: number; revenueCents: bigint };
export type Summary = { orders: number; revenueCents: bigint; averageOrderCents: bigint; cancelRate: number };

/** Orders with the same outcome - not cancelled, or cancelled for one reason -: how many, and how many of them took each step. */
export type OutcomeCount = {
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

/** Revenue and average (rounded half up) are of orders that are not cancelled; the cancel rate is of all placed orders. */
export function summarise({ orders, cancelled, revenueCents }: SalesCount): Summary {
  const kept = BigInt(orders - cancelled);
  return {
    orders,
    revenueCents,
    averageOrderCents: kept === 0n ? 0n : (2n * revenueCents + kept) / (2n * kept),
    cancelRate: shareOf(cancelled, orders),
  };
}

/** How many orders took each step, and how many were cancelled for each reason, the most frequent reason first. */
export function funnelOf(outcomes: readonly OutcomeCount[]): Funnel {
  const sum = (count: (outcome: OutcomeCount) => number) =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const placed = sum((outcome) => outcome.placed);
  const step = (name: Funnel['steps'][number]['step'], orders: number) => ({
    step: name,
    orders,
    share: shareOf(orders, placed),
  });
  const cancelled = sum((outcome) => (outcome.cancelled ? outcome.placed : 0));
  return {
    steps: [
      step('PLACED', placed),
      step(
        'PREPARING',
        sum((outcome) => outcome.preparing),
      ),
      step(
        'OUT_FOR_DELIVERY',
        sum((outcome) => outcome.outForDelivery),
      ),
      step(
        'DELIVERED',
        sum((outcome) => outcome.delivered),
      ),
    ],
    cancelled: {
      orders: cancelled,
      share: shareOf(cancelled, placed),
      reasons: outcomes
        .filter((outcome) => outcome.cancelled)
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

/** A share between 0 and 1, with four decimals; 0 if the whole is 0. */
function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}
