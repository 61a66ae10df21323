/** The service of each public path. Other paths are not reachable, in particular /internal. */
import type { Config } from '../config.ts';

const publicPaths = {
  order: ['/v1/orders'],
  inventory: ['/v1/inventory'],
  analytics: ['/v1/analytics'],
  notification: ['/v1/notifications', '/v1/notification-rules'],
} as const;

export type ServiceBehind = keyof typeof publicPaths;
export const servicesBehind = Object.keys(publicPaths) as ServiceBehind[];

export type Route = { service: string; upstream: string; paths: readonly string[] };

export function createRoutes(config: Config): readonly Route[] {
  return servicesBehind.map((service) => ({
    service,
    upstream: config[addressSettingOf(service)],
    paths: publicPaths[service],
  }));
}

/** The setting with the address of a service, such as ORDER_URL. */
export function addressSettingOf<S extends ServiceBehind>(service: S): `${Uppercase<S>}_URL` {
  return `${service.toUpperCase() as Uppercase<S>}_URL`;
}
