/** The evidence of a healthy order: placed, and its messages applied by every service. Tests change one thing of it. */

import { milestonesOfPlaced } from '../src/domain/milestones.ts';
import type { AnsweredService, Evidence, ServiceEvidence, ServiceName } from '../src/domain/evidence.ts';

export const placedAt = new Date('2026-11-29T12:00:00Z');
export const now = new Date('2026-11-29T12:10:00Z');
export const order: Evidence['order'] = {
  status: 'PENDING',
  version: 1,
  createdAt: placedAt,
  updatedAt: placedAt,
  promisedDeliveryAt: new Date('2026-11-29T12:45:00Z'),
  ...milestonesOfPlaced({ dueAt: null, acceptBy: null }),
};
export const placed: Evidence['changes'][number] = {
  version: 1,
  from: null,
  to: 'PENDING',
  at: placedAt,
  by: { id: 'ann', role: 'customer' },
  reason: null,
  note: null,
  milestone: null,
  eventId: 'event-1',
  analyticsEventId: 'event-2',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
};
export const at = '2026-11-29T12:00:01.000Z';

export function answered(service: ServiceName, messages: Partial<AnsweredService['messages']> = {}): AnsweredService {
  const all = [
    { eventId: 'event-1', topic: 'order-events', partition: 2, offset: '7', at },
    { eventId: 'event-2', topic: 'analytics-events', partition: 2, offset: '9', at },
  ];
  return {
    service,
    messages: {
      consumer: { group: `oms-${service}` },
      partitions: ['order-events', 'analytics-events'].map((topic) => {
        return { topic, partition: 2, committed: '10', lag: 0, stopped: null };
      }),
      applied: service === 'analytics' ? all : all.slice(0, 1),
      versions: [],
      waiting: [],
      deadLetters: [],
      missing: [],
      ...messages,
    },
    entries: [],
    retries: [],
    missing: [],
    ...(service === 'inventory' && { reservation: { state: 'CONFIRMED', attempt: 1, since: at } }),
  };
}

export const healthy = [answered('inventory'), answered('notification'), answered('analytics')];

export function evidence({ services = healthy, ...given }: Partial<Evidence> = {}): Evidence {
  return { order, changes: [placed], unpublished: [], preparationMinutes: 0, now, services, ...given };
}

export function withService(changed: ServiceEvidence): ServiceEvidence[] {
  return healthy.map((service) => (service.service === changed.service ? changed : service));
}
