// Mutants of notification and analytics: notifications that are sent twice or never, figures that are wrong.
import { mutant, simulation, type Mutant } from './mutant.ts';

const deliveries = 'apps/notification/src/store/deliveries.ts';
const leases = 'stack apps/notification/test/deliveries.integration.test.ts';
const figures = 'stack apps/analytics/test/project.integration.test.ts';
const folds = 'unit apps/analytics/test/projections.test.ts';

export const mutantsOfReaders: readonly Mutant[] = [
  mutant(
    'lease-not-locked',
    'two senders take the same notification',
    [deliveries, '   LIMIT $3\n     FOR UPDATE SKIP LOCKED`;', '   LIMIT $3`;'],
    leases,
    simulation,
  ),
  mutant(
    'lease-without-fence',
    'a sender that stood still overwrites what its successor recorded',
    [deliveries, 'WHERE n.id = o.id AND n.lease = o.lease', 'WHERE n.id = o.id'],
    leases,
  ),
  mutant(
    'recorded-before-sent',
    'a notification counts as sent whose sender died before sending it',
    [
      'apps/notification/src/channels/lane.ts',
      'const outcome = await o.sender.send(delivery);',
      "await record(delivery, settle(delivery.attempts, { kind: 'accepted' }, 0));\n    const outcome = await o.sender.send(delivery);",
    ],
    'stack apps/notification/test/failures.integration.test.ts',
    simulation,
  ),
  mutant(
    'notified-once-per-delivery',
    'a message that is delivered again fails, or is sent again',
    ['apps/notification/src/store/notifications.ts', '\n  ON CONFLICT ("eventId", "ruleId") DO NOTHING`;', '`;'],
    'stack apps/notification/test/notify.integration.test.ts',
  ),
  mutant(
    'repeats-are-counted',
    'an order whose event is delivered twice is counted twice',
    [
      'apps/analytics/src/store/sales-tables.ts',
      'ON CONFLICT ("orderId", "position") DO NOTHING`',
      'ON CONFLICT ("orderId", "position") DO UPDATE SET "quantity" = sales_lines."quantity" + EXCLUDED."quantity"`',
    ],
    figures,
  ),
  mutant(
    'older-status-wins',
    'a message that comes late sets an order back in the figures',
    ['apps/analytics/src/domain/rows.ts', 'return b.version > a.version ? b : a;', 'return b.version > 0 ? b : a;'],
    folds,
  ),
  mutant(
    'older-status-wins-in-the-table',
    'a batch that comes late sets an order back in the figures',
    [
      'apps/analytics/src/store/sales-tables.ts',
      `"status" = CASE WHEN known."version" < EXCLUDED."version" THEN EXCLUDED."status" ELSE known."status" END,`,
      `"status" = EXCLUDED."status",`,
    ],
    figures,
  ),
];
