// Mutants of inventory: stock that is sold twice, given back twice, or published wrongly.
import { mutant, simulation, type Mutant } from './mutant.ts';

const load = 'apps/inventory/src/store/load-stock.ts';
const save = 'apps/inventory/src/store/save-stock.ts';
const transact = 'apps/inventory/src/store/transact.ts';
const queries = 'apps/inventory/src/store/queries.ts';
const sweeper = 'apps/inventory/src/jobs/abandoned-reservations.ts';
const reservation = 'apps/inventory/src/domain/reservation.ts';
const stock = 'apps/inventory/src/domain/stock.ts';
const item = 'apps/inventory/src/domain/item.ts';
const tables = 'apps/inventory/prisma/migrations/20261123110000_stock/migration.sql';

const races = 'stack apps/inventory/test/races.integration.test.ts';
const guards = 'stack apps/inventory/test/guards.integration.test.ts';
const service = 'stack apps/inventory/test/service.integration.test.ts';
const recorded = 'stack tools/verification/linearizability/test/recorded.integration.test.ts';
const decisions = 'unit apps/inventory/test/reservation.test.ts';
const alerts = 'unit apps/inventory/test/alerts.test.ts';
const stockTests = 'unit apps/inventory/test/stock.test.ts';
const stockModel = 'unit apps/inventory/test/stock-model.test.ts';

export const mutantsOfStock: readonly Mutant[] = [
  mutant(
    'price-compared-too-late',
    'an order that is refused because of its price keeps its stock',
    [reservation, "  if (outcome.outcome !== 'RESERVED') return { outcome, events: [] };\n", ''],
    'unit apps/inventory/test/expected-total.test.ts',
  ),
  mutant(
    'items-not-locked',
    'two replicas decide on the same quantity at once',
    [load, 'ORDER BY id\nFOR UPDATE`;', 'ORDER BY id`;'],
    races,
    simulation,
  ),
  mutant(
    'items-locked-in-no-order',
    'two batches with the same items wait for each other until PostgreSQL kills one',
    [load, 'ORDER BY id\nFOR UPDATE`;', 'ORDER BY random()\nFOR UPDATE`;'],
    races,
  ),
  mutant(
    'reservations-not-locked',
    'two replicas move one reservation at once',
    [load, 'ORDER BY "orderId"\nFOR UPDATE`;', 'ORDER BY "orderId"`;'],
    races,
  ),
  mutant(
    'version-guard-dropped',
    'a batch overwrites what somebody changed in spite of its lock',
    [save, 'AND i.id = u.id AND i.version = u."versionBefore"`;', 'AND i.id = u.id AND u."versionBefore" > 0`;'],
    guards,
  ),
  {
    id: 'neither-lock-nor-guard',
    breaks: 'updates are lost: the last writer wins',
    edits: [
      { file: load, search: 'ORDER BY id\nFOR UPDATE`;', replace: 'ORDER BY id`;' },
      {
        file: save,
        search: 'AND i.id = u.id AND i.version = u."versionBefore"`;',
        replace: 'AND i.id = u.id AND u."versionBefore" > 0`;',
      },
    ],
    proofs: [recorded, races, simulation],
  },
  {
    id: 'reads-from-memory',
    breaks: 'who reads sees what was, not what is',
    edits: [
      {
        file: queries,
        search: 'return row && itemOf(row);',
        replace:
          'const kept = memory.get(id) ?? (row && itemOf(row));\n      if (kept) memory.set(id, kept);\n      setTimeout(() => memory.delete(id), 1_000).unref();\n      return kept;',
      },
      {
        file: queries,
        search: 'export function createQueries(',
        replace: 'const memory = new Map<ItemId, Item>();\n\nexport function createQueries(',
      },
    ],
    proofs: [recorded],
  },
  mutant(
    'no-check-in-the-table',
    'the last guard of the stock is gone: the table takes a quantity below zero',
    [tables, '    CONSTRAINT "inventory_quantity_not_negative" CHECK ("quantity" >= 0),\n', ''],
    guards,
  ),
  mutant(
    'one-more-than-there-is',
    'an order gets one unit more than there is',
    [
      reservation,
      'known.filter(({ item, quantity }) => quantity > item.quantity)',
      'known.filter(({ item, quantity }) => quantity > item.quantity + 1)',
    ],
    decisions,
    simulation,
  ),
  mutant(
    'lines-not-added-up',
    'an item named twice in one order is checked and taken once',
    [reservation, 'sums.set(itemId, (sums.get(itemId) ?? 0) + quantity)', 'sums.set(itemId, quantity)'],
    decisions,
  ),
  mutant(
    'part-of-an-order',
    'an order of which one line is short is reserved all the same',
    [reservation, 'if (short.length > 0) {', 'if (short.length > 0 && short.length === known.length) {'],
    decisions,
    simulation,
  ),
  mutant(
    'released-twice',
    'a cancellation that is delivered twice gives the stock back twice',
    [reservation, "return state === 'HELD' || state === 'CONFIRMED';", "return state !== 'SOLD';"],
    decisions,
  ),
  mutant(
    'restocked-twice',
    'order asks for the stock of a cancelled order, its message brings the same, and it comes back twice',
    [reservation, "return state === 'RELEASED' || state === 'WRITTEN_OFF';", "return state === 'WRITTEN_OFF';"],
    decisions,
    stockModel,
  ),
  mutant(
    'written-off-and-put-back',
    'what was written off comes back with the message of the same cancellation',
    [reservation, "return state === 'RELEASED' || state === 'WRITTEN_OFF';", "return state === 'RELEASED';"],
    decisions,
  ),
  mutant(
    'count-against-reserved',
    'a count of the shelf puts promised pieces on sale again',
    [item, 'const quantity = Math.max(0, onHand - current.reserved);', 'const quantity = onHand;'],
    'unit apps/inventory/test/counts.test.ts',
    stockModel,
  ),
  mutant(
    'short-is-sold',
    'pieces that come in are sold while promised ones are missing',
    [item, 'const filled = Math.min(units, short);', 'const filled = 0 * Math.min(units, short);'],
    'unit apps/inventory/test/counts.test.ts',
    stockModel,
  ),
  mutant(
    'taken-again-when-delivered',
    'the pieces of an order leave the shelf when it is cooked, and again when it is delivered',
    [
      reservation,
      'if (!reservation || !isOpen(reservation)) return [];',
      'if (!reservation || hasEnded(reservation)) return [];',
    ],
    decisions,
    stockModel,
  ),
  mutant(
    'confirming-releases',
    'the event that an order was placed opens its reservation to others',
    [
      reservation,
      "return [{ type: 'OrderConfirmed', orderId, at }];",
      "return [{ type: 'OrderReleased', orderId, orderPlaced: true, at }];",
    ],
    decisions,
    simulation,
  ),
  mutant(
    'late-answer-not-fenced',
    'what order said of an earlier attempt gives back the stock of the next one',
    [
      reservation,
      "return attempt !== null && (attempt !== reservation.attempt || reservation.state !== 'HELD');",
      "return attempt !== null && attempt !== reservation.attempt && reservation.state !== 'HELD';",
    ],
    decisions,
  ),
  mutant(
    'placed-order-reserved-again',
    'a latecomer of an order placed and cancelled takes stock that nobody gives back',
    [reservation, "(reservation.state !== 'RELEASED' || reservation.orderPlaced)", "reservation.state !== 'RELEASED'"],
    decisions,
    simulation,
  ),
  mutant(
    'key-applied-twice',
    'a restock that is sent again with its key comes in twice',
    [stock, 'if (idempotency) stock.idempotencyRecords.set(recordKeyOf(idempotency), { idempotency, item });', ''],
    stockTests,
    simulation,
  ),
  mutant(
    'sweeper-does-not-ask',
    'stock of orders that were placed is given back because time has passed',
    [
      sweeper,
      'new Map((await order.resolvePlacements(held)).map((answer) => [answer.orderId, answer]))',
      "new Map(held.map(({ orderId }) => [orderId, { orderId, outcome: 'ABANDONED' as const }]))",
    ],
    'stack apps/inventory/test/abandoned-reservations.integration.test.ts',
    simulation,
  ),
  mutant(
    'no-answer-is-abandoned',
    'a reservation that the answer does not name is given back',
    [sweeper, '  if (!answer) return [];\n  if (answer.outcome', '  if (answer?.outcome'],
    'stack apps/inventory/test/abandoned-reservations.integration.test.ts',
  ),
  mutant(
    'alert-at-every-step',
    'LOW_STOCK is published again with every unit below the threshold',
    [item, 'if (isLow(after) && !isLow(before))', 'if (isLow(after))'],
    alerts,
    simulation,
  ),
  mutant(
    'alert-at-the-threshold',
    'LOW_STOCK is published at the threshold, not below it',
    [item, 'return quantity < threshold;', 'return quantity <= threshold;'],
    alerts,
    simulation,
  ),
  mutant(
    'no-second-alert',
    'a fall through the threshold to zero is published once',
    [item, 'if (after.quantity === 0 && before.quantity > 0)', 'else if (after.quantity === 0 && before.quantity > 0)'],
    alerts,
    simulation,
  ),
  mutant(
    'stock-handed-over-before-commit',
    'a stock change that is rolled back is published',
    [
      transact,
      'await inTransaction(pool, (client) => transact(client, stockBatch(commands)));',
      'await inTransaction(pool, async (client) => {\n      const written = await transact(client, stockBatch(commands));\n      enqueue(written.stored);\n      return written;\n    });',
    ],
    guards,
    simulation,
  ),
  mutant(
    'lost-commit-answered-as-failure',
    'a restock that was committed is answered as an outage',
    [
      transact,
      'if (isOutcomeUnknown(error)) unknown ??=',
      'if (isOutcomeUnknown(error)) throw error;\n        else if (isOutcomeUnknown(error)) unknown ??=',
    ],
    service,
  ),
];
