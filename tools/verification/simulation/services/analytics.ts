// A replica of analytics below its HTTP layer, put together as in apps/analytics/src/app.ts.

import { createConsumer } from '@oms/messaging';
import { project } from '../../../../apps/analytics/src/consumers/project.ts';
import type { Door } from './calls.ts';
import type { Surroundings } from './house.ts';
import { createNoMetrics } from './surroundings.ts';

export function startAnalytics({ pool, kafka, logger, codec, exit }: Surroundings): Door {
  const consumer = createConsumer({
    ...{
      service: 'analytics',
      group: 'oms-analytics',
      pool,
      kafka,
      codec,
      topics: ['analytics-events', 'order-events'],
    },
    ...{ apply: project, logger, metrics: createNoMetrics(), onFatal: exit },
  });
  void consumer.start();
  return () => Promise.reject(new Error('Nobody calls analytics in the simulation.'));
}
