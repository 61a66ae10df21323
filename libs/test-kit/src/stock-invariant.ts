// The stock invariant of one item: what came in is on hand, taken or written off, and the ledger shows each step. One rule for every test of stock.

/** What an item, its ledger and its reservations say. */
export type ItemAccount = {
  id: string;
  quantity: number;
  reserved: number;
  /** Promised pieces that are not on the shelf: `quantity + reserved - short` is on hand. */
  short: number;
  version: number;
  /** The sum of all movements; must be `quantity`. */
  ledgerTotal: number;
  /** The sum of what all movements say of `short`; must be `short`. */
  ledgerShort: number;
  /** The sum of movements without an order: created, restocked, adjusted, counted, deleted. Units that filled `short` came in as well. */
  incoming: number;
  /** The item version of the last movement; 0 when there is none. */
  ledgerVersion: number;
  /** The first item version at which a sum so far is below zero, or not the quantity that the ledger states; null when there is none. */
  brokenStep: number | null;
  /** Units in open reservations (held or confirmed). */
  held: number;
  /** Units in reservations that are SOLD: taken off the shelf, cooked or sold. */
  taken: number;
  /** Units in reservations that were written off. */
  writtenOff: number;
};

export type Movement = {
  delta: number;
  shortDelta: number;
  quantityAfter: number;
  itemVersion: number;
  orderId: string | null;
};
export type HeldUnits = { state: string; quantity: number };

/** Describes each violation with both figures; empty when the item is right. */
export function itemAccountViolations({
  id,
  quantity,
  reserved,
  short,
  version,
  ledgerTotal,
  ledgerShort,
  incoming,
  ledgerVersion,
  brokenStep,
  held,
  taken,
  writtenOff,
}: ItemAccount): string[] {
  const violations: string[] = [];
  const stock = `${quantity} available, ${reserved} reserved, ${short} short`;
  if (quantity < 0 || reserved < 0 || short < 0) violations.push(`item ${id} is below zero: ${stock}`);
  if (short > reserved) violations.push(`item ${id} is short of more than is promised: ${stock}`);
  if (short !== ledgerShort) violations.push(`item ${id} is short of ${short}, its ledger adds up to ${ledgerShort}`);
  if (quantity !== ledgerTotal) violations.push(`item ${id} has ${quantity}, its ledger adds up to ${ledgerTotal}`);
  if (reserved !== held) violations.push(`item ${id} has ${reserved} reserved, its open reservations hold ${held}`);
  if (incoming !== quantity + reserved - short + taken + writtenOff) {
    violations.push(
      `item ${id}: ${incoming} came in, but there are ${stock}, ${taken} were taken and ${writtenOff} written off`,
    );
  }
  if (brokenStep !== null) violations.push(`the ledger of item ${id} does not add up at version ${brokenStep}`);
  if (ledgerVersion > version)
    violations.push(`item ${id} is at version ${version}, its last movement at ${ledgerVersion}`);
  return violations;
}

/** The account of an item from its rows. */
export function itemAccountOf(
  item: { id: string; quantity: number; reserved: number; short: number; version: number },
  movements: readonly Movement[],
  units: readonly HeldUnits[],
): ItemAccount {
  const { id, quantity, reserved, short, version } = item;
  let ledgerTotal = 0;
  let ledgerShort = 0;
  let brokenStep: number | null = null;
  const inOrder = movements.toSorted((a, b) => a.itemVersion - b.itemVersion);
  for (const { delta, shortDelta, quantityAfter, itemVersion } of inOrder) {
    ledgerTotal += delta;
    ledgerShort += shortDelta;
    if (ledgerTotal < 0 || ledgerShort < 0 || ledgerTotal !== quantityAfter) brokenStep ??= itemVersion;
  }
  const withoutOrder = movements.filter(({ orderId }) => orderId === null);
  const incoming = withoutOrder.reduce((sum, { delta, shortDelta }) => sum + delta - shortDelta, 0);
  const unitsIn = (...states: string[]) =>
    units.reduce((sum, unit) => (states.includes(unit.state) ? sum + unit.quantity : sum), 0);
  return {
    id,
    quantity,
    reserved,
    short,
    version,
    ledgerTotal,
    ledgerShort,
    incoming,
    ledgerVersion: inOrder.at(-1)?.itemVersion ?? 0,
    brokenStep,
    held: unitsIn('HELD', 'CONFIRMED'),
    taken: unitsIn('SOLD'),
    writtenOff: unitsIn('WRITTEN_OFF'),
  };
}
