// The stock invariant of one item: what came in is available, reserved or sold, and the ledger shows each step. One rule for every test of stock.

/** What an item, its ledger and its reservations say. */
export type ItemAccount = {
  id: string;
  quantity: number;
  reserved: number;
  version: number;
  /** The sum of all movements; must be `quantity`. */
  ledgerTotal: number;
  /** The sum of movements without an order: created, restocked, adjusted, deleted. */
  incoming: number;
  /** The item version of the last movement; 0 when there is none. */
  ledgerVersion: number;
  /** The first item version at which the sum so far is below zero or not the quantity that the ledger states; null when there is none. */
  brokenStep: number | null;
  /** Units in open reservations (held or confirmed). */
  held: number;
  /** Units in reservations that ended as sold. */
  sold: number;
};

export type Movement = { delta: number; quantityAfter: number; itemVersion: number; orderId: string | null };
export type HeldUnits = { state: string; quantity: number };

/** Describes each violation with both figures; empty when the item is right. */
export function itemAccountViolations({
  id,
  quantity,
  reserved,
  version,
  ledgerTotal,
  incoming,
  ledgerVersion,
  brokenStep,
  held,
  sold,
}: ItemAccount): string[] {
  const violations: string[] = [];
  if (quantity < 0 || reserved < 0) violations.push(`item ${id} is below zero: ${quantity}, ${reserved} reserved`);
  if (quantity !== ledgerTotal) violations.push(`item ${id} has ${quantity}, its ledger adds up to ${ledgerTotal}`);
  if (reserved !== held) violations.push(`item ${id} has ${reserved} reserved, its open reservations hold ${held}`);
  if (incoming !== quantity + reserved + sold) {
    violations.push(
      `item ${id}: ${incoming} came in, but ${quantity} are available, ${reserved} reserved and ${sold} sold`,
    );
  }
  if (brokenStep !== null) violations.push(`the ledger of item ${id} does not add up at version ${brokenStep}`);
  if (ledgerVersion > version)
    violations.push(`item ${id} is at version ${version}, its last movement at ${ledgerVersion}`);
  return violations;
}

/** The account of an item from its rows. */
export function itemAccountOf(
  item: { id: string; quantity: number; reserved: number; version: number },
  movements: readonly Movement[],
  units: readonly HeldUnits[],
): ItemAccount {
  const { id, quantity, reserved, version } = item;
  let ledgerTotal = 0;
  let brokenStep: number | null = null;
  const inOrder = movements.toSorted((a, b) => a.itemVersion - b.itemVersion);
  for (const { delta, quantityAfter, itemVersion } of inOrder) {
    ledgerTotal += delta;
    if (ledgerTotal < 0 || ledgerTotal !== quantityAfter) brokenStep ??= itemVersion;
  }
  const incoming = movements.reduce((sum, { delta, orderId }) => (orderId === null ? sum + delta : sum), 0);
  const unitsIn = (...states: string[]) =>
    units.reduce((sum, unit) => (states.includes(unit.state) ? sum + unit.quantity : sum), 0);
  return {
    id,
    quantity,
    reserved,
    version,
    ledgerTotal,
    incoming,
    ledgerVersion: inOrder.at(-1)?.itemVersion ?? 0,
    brokenStep,
    held: unitsIn('HELD', 'CONFIRMED'),
    sold: unitsIn('SOLD'),
  };
}
