// When an order's trace is complete.
import type { Span } from './trace-collector.ts';

/** Whether every service has sent its spans of an order's trace. */
export function isWhole(spans: readonly Span[]): boolean {
  const processed = (service: string, topic: string, event: string) =>
    spans.some((span) => span.service === service && span.name === `process ${topic} ${event}`);
  return (
    processed('inventory', 'order-events', 'ORDER_PLACED') &&
    processed('notification', 'order-events', 'ORDER_PLACED') &&
    processed('analytics', 'order-events', 'ORDER_PLACED') &&
    processed('analytics', 'analytics-events', 'NEW_ORDER') &&
    spans.some(({ service, name }) => service === 'order' && name === 'POST /v1/orders') &&
    spans.some(({ service, name }) => service === 'inventory' && name === 'POST /internal/reservations')
  );
}
