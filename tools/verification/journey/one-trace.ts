// One order is one trace: from the gateway through outbox and Kafka to every service that consumes it.
import { randomUUID } from 'node:crypto';
import { until } from '@oms/test-kit';
import { describe, expect, test } from 'vitest';
import type { Span, TraceCollector } from './trace-collector.ts';
import { isWhole } from './whole-trace.ts';
import type { WholeSystem } from './whole-system.ts';

const deliveryAddress = { line1: '1 Secret Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };

/** Registers the tests; `whole` is called when they run. Its services send their spans to `collector`. */
export function describeOneTrace(whole: () => WholeSystem, collector: () => TraceCollector): void {
  describe('traces', () => {
    test('an order is followed from the gateway to every consumer', async () => {
      const staff = await whole().as('staff');
      const customer = await whole().as('customer');
      const item = { itemName: `Traced ${randomUUID()}`, quantity: 5, threshold: 0, unit: 'plate', price: '8.00' };
      const { body: dish } = await staff.post('/v1/inventory', { ...item, category: 'mains' });

      const request = { items: [{ itemId: (dish as { id: string }).id, quantity: 1 }], deliveryAddress };
      const placed = await customer.post('/v1/orders', request, { 'idempotency-key': randomUUID() });
      expect(placed.status).toBe(201);

      const requestId = placed.headers.get('x-request-id');
      const trace = await until('all spans are there', () => {
        const root = collector().spans.find(({ attributes }) => attributes['oms.request_id'] === requestId);
        const spans = collector().spans.filter(({ traceId }) => traceId === root?.traceId);
        return isWhole(spans) && spans;
      });
      const pathOf = (name: string, service: string) => ancestors(trace, spanOf(trace, name, service));
      expect(pathOf('commit transact', 'order')).toEqual(['order: POST /v1/orders', 'gateway: POST /v1/orders']);
      expect(pathOf('process order-events ORDER_PLACED', 'analytics')).toEqual([
        'order: send order-events ORDER_PLACED',
        'order: POST /v1/orders',
        'gateway: POST /v1/orders',
      ]);
      expect(pathOf('POST /internal/reservations', 'inventory').at(-1)).toBe('gateway: POST /v1/orders');
      expect(pathOf('order.insert-orders', 'order')[0]).toBe('order: commit transact');
    });

    test('no address and no token is in a span', () => {
      const spans = JSON.stringify(collector().spans);
      expect(spans).toContain('/v1/orders');
      expect(spans).not.toMatch(/Secret Street|Bearer|eyJ/);
    });

    test('probes and metrics are not traced', () => {
      expect(collector().spans.filter(({ name }) => /health|metrics/.test(name))).toEqual([]);
    });
  });
}

function spanOf(spans: readonly Span[], name: string, service: string): Span {
  const found = spans.find((span) => span.name === name && span.service === service);
  if (!found) throw new Error(`No span "${name}" of ${service} among: ${spans.map((span) => span.name).join(', ')}`);
  return found;
}

/** From the parent to the root. */
function ancestors(spans: readonly Span[], span: Span): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? [`${parent.service}: ${parent.name}`, ...ancestors(spans, parent)] : [];
}
