// A replica of notification below its HTTP layer, put together as in apps/notification/src/app.ts; the providers are simulated.

import { createConsumer, inTransaction } from '@oms/messaging';
import type { Senders } from '../../../../apps/notification/src/channels/channel.ts';
import { createDispatch } from '../../../../apps/notification/src/channels/dispatch.ts';
import { createNotify } from '../../../../apps/notification/src/consumers/alerts-and-orders.ts';
import type { Channel } from '../../../../apps/notification/src/domain/rules.ts';
import { createRender } from '../../../../apps/notification/src/domain/templates.ts';
import { createDeliveries } from '../../../../apps/notification/src/store/deliveries.ts';
import { retryNotification } from '../../../../apps/notification/src/store/notifications.ts';
import { createRules } from '../../../../apps/notification/src/store/rules.ts';
import type { Door } from './calls.ts';
import type { Surroundings } from './house.ts';
import { createNoMetrics } from './surroundings.ts';

export function startNotification({ pool, kafka, logger, codec, exit, process, providers }: Surroundings): Door {
  const metrics = createNoMetrics();
  const senders: Senders = providers.sendersFor(process);
  const deliveries = createDeliveries({ pool });
  const dispatch = createDispatch({ senders, deliveries, logger, metrics, pollMs: 2_000, leaseMs: 9_000 });
  const channels = new Set(Object.keys(senders) as Channel[]);
  const consumer = createConsumer({
    ...{ service: 'notification', group: 'oms-notification', pool, kafka, codec, logger, metrics, onFatal: exit },
    topics: ['inventory-alerts', 'order-events'],
    apply: createNotify({ rules: createRules(), render: createRender(), channels, wake: dispatch.wake }),
  });
  dispatch.start();
  void consumer.start();

  return async (_path, body) => {
    const known = await inTransaction(pool, (client) => retryNotification(client, (body as { id: string }).id));
    dispatch.wake();
    return { known };
  };
}
