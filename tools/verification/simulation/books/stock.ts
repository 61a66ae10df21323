// Invariants 1 and 2: every unit is accounted for, in the items, in the ledger and in the reservations, and nothing is below zero.

import type { Row } from '../postgres/database.ts';
import type { Evidence } from './evidence.ts';
import type { Report } from './finding.ts';

type Item = { id: string; quantity: number; reserved: number; version: number };
type Movement = {
  itemId: string;
  delta: number;
  quantityAfter: number;
  itemVersion: number;
  reason: string;
  orderId: string | null;
};
type Reservation = { orderId: string; state: string };
type Line = { orderId: string; itemId: string; quantity: number };

export function checkStock({ rows, told }: Evidence, report: Report): void {
  const items = rows('inventory', 'inventory') as unknown as Item[];
  const movements = rows('inventory', 'movements') as unknown as Movement[];
  const reservations = new Map(
    (rows('inventory', 'reservations') as unknown as Reservation[]).map((each) => [each.orderId, each.state]),
  );
  const lines = rows('inventory', 'reservation_lines') as unknown as Line[];
  for (const item of items) {
    const { id, quantity, reserved } = item;
    const mine = movements.filter(({ itemId }) => itemId === id).sort((a, b) => a.itemVersion - b.itemVersion);
    const held = (state: (state: string | undefined) => boolean) =>
      sum(
        lines
          .filter((line) => line.itemId === id && state(reservations.get(line.orderId)))
          .map((line) => line.quantity),
      );
    const open = held((state) => state === 'HELD' || state === 'CONFIRMED');
    const sold = held((state) => state === 'SOLD');
    const brought = sum(
      mine.filter(({ reason }) => ['CREATED', 'RESTOCKED', 'ADJUSTED'].includes(reason)).map(({ delta }) => delta),
    );
    if (quantity < 0 || reserved < 0) report(1, `item ${id} has ${quantity} and ${reserved} reserved`, id);
    if (reserved !== open) report(1, `item ${id} says ${reserved} reserved, its open reservations hold ${open}`, id);
    if (brought !== quantity + open + sold)
      report(1, `item ${id}: ${brought} came in, and ${quantity} + ${open} reserved + ${sold} sold are there`, id);
    checkLedger(item, mine, report);
  }
  checkWishes(rows('inventory', 'stock_commands'), movements, told.stock, report);
}

/** The ledger runs through without a gap: each movement starts where the one before ended. */
function checkLedger({ id, quantity, version }: Item, movements: readonly Movement[], report: Report): void {
  let at = 0;
  for (const { delta, quantityAfter, itemVersion } of movements) {
    if (at + delta !== quantityAfter)
      report(1, `the ledger of item ${id} at version ${itemVersion}: ${at} and ${delta} are not ${quantityAfter}`, id);
    at = quantityAfter;
  }
  if (at !== quantity) report(1, `the ledger of item ${id} ends at ${at}, the item has ${quantity}`, id);
  if (movements.length > 0 && movements.at(-1)!.itemVersion !== version) {
    report(1, `item ${id} is at version ${version}, its last movement at ${movements.at(-1)!.itemVersion}`, id);
  }
}

/** Each numbered wish that was granted was carried out once, and none that was answered is missing. */
function checkWishes(
  granted: readonly Row[],
  movements: readonly Movement[],
  told: ReadonlyMap<string, string>,
  report: Report,
): void {
  const keys = new Set(granted.map(({ key }) => key as string));
  for (const key of told.keys()) if (!keys.has(key)) report(4, `${key} was answered, and nothing is known of it`);
  for (const reason of ['CREATED', 'RESTOCKED', 'ADJUSTED']) {
    const wished = [...keys].filter((key) => key.startsWith(reason.slice(0, 6).toLowerCase())).length;
    const moved = movements.filter((movement) => movement.reason === reason).length;
    if (wished !== moved) report(1, `${wished} wishes and ${moved} movements are ${reason}`);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
