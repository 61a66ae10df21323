// What must hold in the whole system, by number, and how a violation is described.

/** A fault run has a column for each. */
export const invariants = {
  1: 'stock adds up',
  2: 'no order without stock',
  3: 'every 201 once',
  4: 'one key, one order',
  5: 'analytics equals orders',
  6: 'one alert a crossing',
  7: 'notifications sent',
  8: 'nothing is left over',
  9: 'no secret revealed',
} as const;

export type Invariant = keyof typeof invariants;

/** `what` names the row and both figures, so that it can be looked up; `ids` are those of the orders, items and events it is about. */
export type Violation = { invariant: Invariant; what: string; ids?: readonly string[] };

/** Enough to see the pattern: one defect can break a million rows. */
const describedMax = 20;

export function describeViolations(violations: readonly Violation[]): string {
  const described = violations
    .slice(0, describedMax)
    .map(({ invariant, what }) => `  ${invariant} ${invariants[invariant]}: ${what}`);
  const more = violations.length - described.length;
  return [...described, ...(more > 0 ? [`  ... and ${more} more`] : [])].join('\n');
}
