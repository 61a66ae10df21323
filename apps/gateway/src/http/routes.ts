// Which service answers which path. What is not here does not exist for the public: /internal above all.
import type { Config } from '../config.ts';

export type Route = { service: string; upstream: string; paths: readonly string[] };

export function createRoutes(config: Config): readonly Route[] {
  return [
    { service: 'order', upstream: config.ORDER_URL, paths: ['/v1/orders'] },
    { service: 'inventory', upstream: config.INVENTORY_URL, paths: ['/v1/inventory'] },
    { service: 'analytics', upstream: config.ANALYTICS_URL, paths: ['/v1/analytics'] },
    {
      service: 'notification',
      upstream: config.NOTIFICATION_URL,
      paths: ['/v1/notifications', '/v1/notification-rules'],
    },
  ];
}
