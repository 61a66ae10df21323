// What must hold, by number, and what was found against it.

/** The invariants of the house; a fault run has a column for each. */
export const invariants = {
  1: 'stock adds up',
  2: 'no order without stock',
  3: 'every 201 once',
  4: 'one key, one order',
  5: 'analytics equals orders',
  6: 'one alert a crossing',
  7: 'notices sent',
  8: 'nothing is left over',
  9: 'no secret told',
} as const;

export type Invariant = keyof typeof invariants;

/** `what` names the row and both figures, so that it can be looked up. */
export type Finding = { invariant: Invariant; what: string };

/** Enough to see the pattern; a broken rule can break a million rows. */
const toldMax = 20;

export function describeFindings(findings: readonly Finding[]): string {
  const told = findings
    .slice(0, toldMax)
    .map(({ invariant, what }) => `  ${invariant} ${invariants[invariant]}: ${what}`);
  const more = findings.length - told.length;
  return [...told, ...(more > 0 ? [`  ... and ${more} more`] : [])].join('\n');
}
