// Mutants of the recovery after a restore: orders that are published again, recovered in part, or given to other customers.
import { mutant, type Mutant } from './mutant.ts';

const orders = 'apps/order/src/recovery/plan-order-recovery.ts';
const items = 'apps/inventory/src/recovery/plan-item-recovery.ts';
const replay = 'libs/messaging/src/consumer/replay.ts';

const ofOrders = 'unit apps/order/test/plan-order-recovery.test.ts';
const ofItems = 'unit apps/inventory/test/plan-item-recovery.test.ts';
const ofReplay = 'stack libs/messaging/test/replay.integration.test.ts';

export const mutantsOfRecovery: readonly Mutant[] = [
  mutant(
    'recovered-under-new-ids',
    'the history of a recovered order names messages that were never published, so reconcile waits for them',
    [orders, 'eventId: eventId ?? first.eventId', 'eventId: first.eventId'],
    ofOrders,
  ),
  mutant(
    'fork-passed-over',
    'an order that was changed after the restore continues under versions that all readers skip',
    [orders, 'fork?.version ?? version + 1', 'version + 1'],
    ofOrders,
  ),
  mutant(
    'change-since-the-restore-lost',
    'what a customer or staff did after the restore is forgotten without a word',
    [orders, 'else if (isOther(published.steps.get(step.version), step.eventId)) recovery.applyAgain(step);', ''],
    ofOrders,
  ),
  mutant(
    'recovered-by-an-abandoned-attempt',
    'a recovered order claims an attempt whose stock was given back',
    [orders, '(placement?.attempt ?? 0) + 1', 'placement?.attempt ?? 1'],
    ofOrders,
  ),
  mutant(
    'lost-movements-added-again',
    'each run of recover adds what the ledger lacked once more',
    [items, '!isAdded(stored, aggregateVersion)', 'aggregateVersion > 0'],
    ofItems,
  ),
  mutant(
    'item-behind-its-readers',
    'the next change of an item has a version that analytics skips',
    [items, 'Math.max(0, behind)', '0'],
    ofItems,
  ),
  mutant(
    'replayed-past-the-group',
    'notifications that were not sent yet are marked as sent',
    [replay, '(committedAt.get(partitionKey(range)) ?? -1n)', 'range.end'],
    ofReplay,
  ),
];
