/**
 * The times of an order's life beside its status: when the kitchen begins with it, accepted it and finished it, when it left and arrived, and
 * since when it is late.
 */

/** Null: not yet, or never. Orders of an earlier release have none of these times. */
export type Milestones = {
  /** When the kitchen shall begin with a scheduled order; null: it is shown to the kitchen at once. */
  readonly dueAt: Date | null;
  /** When a scheduled order was shown to the kitchen. */
  readonly shownAt: Date | null;
  /** It is cancelled if the kitchen has not accepted it by then; null: it may wait. */
  readonly acceptBy: Date | null;
  readonly acceptedAt: Date | null;
  readonly readyAt: Date | null;
  readonly pickedUpAt: Date | null;
  readonly deliveredAt: Date | null;
  /** When it was published that the kitchen is late. */
  readonly preparingLateAt: Date | null;
  /** When it was published that the delivery is late. */
  readonly deliveryLateAt: Date | null;
};

/** Changes without a new status. READY: the kitchen has finished the order. DUE: the kitchen begins with a scheduled order. */
export const milestones = ['READY', 'DUE'] as const;
export type Milestone = (typeof milestones)[number];

export function milestonesOfPlaced({ dueAt, acceptBy }: Pick<Milestones, 'dueAt' | 'acceptBy'>): Milestones {
  return {
    dueAt,
    shownAt: null,
    acceptBy,
    acceptedAt: null,
    readyAt: null,
    pickedUpAt: null,
    deliveredAt: null,
    preparingLateAt: null,
    deliveryLateAt: null,
  };
}

type Change = { readonly at: Date } & (
  | { readonly type: 'StatusChanged'; readonly to: string }
  | { readonly type: 'OrderReady' }
  | { readonly type: 'OrderDue'; readonly acceptBy: Date | null }
);

/** What a change adds. */
export function milestonesOf(event: Change): Partial<Milestones> {
  const { at } = event;
  if (event.type === 'OrderReady') return { readyAt: at };
  if (event.type === 'OrderDue') return { shownAt: at, ...(event.acceptBy && { acceptBy: event.acceptBy }) };
  switch (event.to) {
    case 'PREPARING':
      return { acceptedAt: at };
    case 'OUT_FOR_DELIVERY':
      return { pickedUpAt: at };
    case 'DELIVERED':
      return { deliveredAt: at };
    default:
      return {};
  }
}
