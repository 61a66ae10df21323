// Mutants of order and gateway: orders that are doubled, lost, or answered before they are there.
import { mutant, simulation, type Mutant } from './mutant.ts';

const orderId = 'apps/order/src/domain/order-id.ts';
const placement = 'apps/order/src/domain/placement.ts';
const order = 'apps/order/src/domain/order.ts';
const cancellation = 'apps/order/src/domain/cancellation.ts';
const changes = 'apps/order/src/commands/change-order.ts';
const routes = 'apps/order/src/http/orders.ts';
const placements = 'apps/order/src/commands/place-order.ts';
const transact = 'apps/order/src/store/transact.ts';
const save = 'apps/order/src/store/save-batch.ts';
const load = 'apps/order/src/store/load-orders.ts';

const deadlines = 'apps/order/src/domain/deadlines.ts';
const sweeps = 'apps/order/src/store/deadline-sweeps.ts';
const deadlineTests = 'unit apps/order/test/deadlines.test.ts';

const placementTests = 'unit apps/order/test/placement.test.ts';
const cancelling = 'unit apps/order/test/cancellation.test.ts';
const steps = 'unit apps/order/test/order.test.ts';
const keys = 'stack apps/order/test/idempotency.integration.test.ts';
const outages = 'stack apps/order/test/outages.integration.test.ts';
const fence = 'stack apps/order/test/fence.integration.test.ts';

export const mutantsOfOrders: readonly Mutant[] = [
  mutant(
    'id-without-customer',
    "two customers who use the same key get one order, the second one somebody else's",
    [orderId, '.update(callerId).update(idempotencyKey)', '.update(idempotencyKey)'],
    placementTests,
    keys,
    simulation,
  ),
  mutant(
    'hash-without-quantities',
    'the same key with another quantity is answered as if it were the same request',
    [placement, '`${itemId} ${quantity}`', '`${itemId}`'],
    placementTests,
    simulation,
  ),
  mutant(
    'order-lines-not-added-up',
    'an item named twice is ordered once',
    [placement, 'quantities.set(itemId, (quantities.get(itemId) ?? 0) + quantity)', 'quantities.set(itemId, quantity)'],
    placementTests,
    simulation,
  ),
  mutant(
    'abandoned-attempt-may-place',
    'an order is placed whose stock was given back',
    [placement, 'stored.placement.attempt < attempt) return;', 'stored.placement.attempt <= attempt) return;'],
    placementTests,
  ),
  mutant(
    'abandoned-but-not-written',
    'inventory gives the stock back, and the order is committed after that',
    [placement, "write: fenced ? null : { outcome: 'ABANDONED', ...asked }", 'write: null'],
    placementTests,
    simulation,
  ),
  mutant(
    'any-attempt-counts-as-placed',
    'stock that a later attempt holds for an order that has its own is never given back',
    [placement, "placement.attempt === asked.attempt ? 'PLACED' : 'ABANDONED'", "'PLACED'"],
    placementTests,
  ),
  mutant(
    'fence-left-out-of-the-write',
    'a placement that another replica settled meanwhile is overwritten',
    [save, `\nWHERE "placements"."outcome" = 'ABANDONED' AND "placements"."attempt" < EXCLUDED."attempt"\``, '`'],
    fence,
    simulation,
  ),
  mutant(
    'status-goes-back',
    'a delivered order is pending again',
    [order, "['DELIVERED'],\n  DELIVERED: [],", "['DELIVERED'],\n  DELIVERED: ['PENDING'],"],
    steps,
  ),
  mutant(
    'cooked-food-sold-again',
    'what was cooked for a cancelled order is in stock again',
    [order, "from === 'PENDING' && reason !== 'SOLD_OUT'", "reason !== 'SOLD_OUT'"],
    cancelling,
  ),
  mutant(
    'sold-out-food-sold-again',
    'an item that staff found to be out can be ordered again as soon as they say so',
    [order, "from === 'PENDING' && reason !== 'SOLD_OUT'", "from === 'PENDING'"],
    cancelling,
  ),
  mutant(
    'customers-write-off-stock',
    'a customer takes stock out of the shop by ordering and cancelling',
    [cancellation, 'restock === false || soldOutItemIds !== undefined', 'soldOutItemIds !== undefined'],
    cancelling,
  ),
  mutant(
    'second-cancel-decides-about-the-stock',
    'a repeated cancel gives back what the first one wrote off',
    [changes, 'decided ?? (await loadCancelled(orderId))', '{ ...(await loadCancelled(orderId))!, restock: true }'],
    'stack apps/order/test/changes.integration.test.ts',
  ),
  mutant(
    'every-try-a-new-key',
    'a customer who asks again has a second order',
    [routes, 'const idempotencyKey = key ?? randomUUID();', 'const idempotencyKey = randomUUID();'],
    keys,
  ),
  mutant(
    'reply-not-stored',
    'a repeated request does not get the reply of the first time',
    [placements, 'const reply = order && renderReply(order);', 'const reply = null;'],
    keys,
    simulation,
  ),
  mutant(
    'key-not-looked-up',
    'the repetition of an order that was cancelled takes stock again',
    [placements, 'keyIsNew ? null : repeated(', 'keyIsNew || Date.now() > 0 ? null : repeated('],
    keys,
  ),
  mutant(
    'orders-not-locked',
    'two replicas change one order from the same version',
    [load, 'ORDER BY "id" FOR NO KEY UPDATE\n), p', 'ORDER BY "id"\n), p'],
    'stack apps/order/test/replicas.integration.test.ts',
    simulation,
  ),
  mutant(
    'unknown-commit-is-a-failure',
    'an order that was committed is answered as an outage',
    [
      transact,
      'if (error instanceof CommitUnknownError) {',
      'if (error instanceof CommitUnknownError) throw error;\n        if (error instanceof CommitUnknownError) {',
    ],
    outages,
  ),
  mutant(
    'change-in-doubt-decided-again',
    'a change meant for one version is refused as late, though it was made',
    [
      transact,
      'command.inDoubt !== null && committedIds.has(command.inDoubt.eventId)',
      'command.inDoubt !== null && committedIds.has(newEventId())',
    ],
    outages,
  ),
  mutant(
    'orders-handed-over-before-commit',
    'an order that is rolled back is published',
    [
      transact,
      'await inTransaction(pool, (client) => run(client, commands, batch));',
      'await inTransaction(pool, async (client) => {\n          const early = await run(client, commands, batch);\n          if (early.length > 0) enqueue(early);\n          return early;\n        });',
    ],
    fence,
    simulation,
  ),
  mutant(
    'deadline-without-fence',
    'an order that the kitchen accepted in the meantime is cancelled',
    [
      deadlines,
      "return status === 'PENDING' && isShown ? acceptBy : null;",
      "return (status === 'PENDING' || status === 'PREPARING') && isShown ? acceptBy : null;",
    ],
    deadlineTests,
    'stack apps/order/test/deadlines.integration.test.ts',
  ),
  mutant(
    'ready-and-late',
    'an order that the kitchen finished in time is published as late',
    [deadlines, 'readyAt === null && preparingLateAt === null', 'preparingLateAt === null'],
    deadlineTests,
  ),
  mutant(
    'outage-not-noticed',
    'orders that nobody could accept during an outage are cancelled right after it',
    [sweeps, `interval '1 minute'`, `interval '1 year'`],
    'stack apps/order/test/deadlines.integration.test.ts',
  ),
  mutant(
    'write-sent-twice',
    'the gateway repeats a write whose answer was lost',
    ['apps/gateway/src/http/forward.ts', 'isSafe(request) ? 1 : 0', '1'],
    'unit apps/gateway/test/outages.test.ts',
  ),
];
