// When an order's trace is told to its end.
import type { Span } from './trace-collector.ts';

/** Whether every service has told its part of an order's trace. */
export function isWhole(spans: readonly Span[]): boolean {
  const heard = (service: string, topic: string, event: string) =>
    spans.some((span) => span.service === service && span.name === `process ${topic} ${event}`);
  return (
    heard('inventory', 'order-events', 'ORDER_PLACED') &&
    heard('notification', 'order-events', 'ORDER_PLACED') &&
    heard('analytics', 'order-events', 'ORDER_PLACED') &&
    heard('analytics', 'analytics-events', 'NEW_ORDER') &&
    spans.some(({ service, name }) => service === 'order' && name === 'POST /v1/orders') &&
    spans.some(({ service, name }) => service === 'inventory' && name === 'POST /internal/reservations')
  );
}
