/** The service of each public path. Other paths are not reachable, in particular /internal. */
import type { Config } from '../config.ts';

export const publicPaths = {
  order: ['/v1/orders'],
  inventory: ['/v1/inventory'],
  analytics: ['/v1/analytics'],
  notification: ['/v1/notifications', '/v1/notification-rules'],
} as const;

export type ServiceBehind = keyof typeof publicPaths;
export const servicesBehind = Object.keys(publicPaths) as ServiceBehind[];

export type Route = {
  service: string;
  upstream: string;
  /** Where the service shows its health. */
  management: string;
  paths: readonly string[];
};

/** Unless they are set, the management ports of the services are this far above their main ports. */
const managementPortDistance = 100;
const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

export function createRoutes(config: Config): readonly Route[] {
  return servicesBehind.map((service) => ({
    service,
    upstream: config[addressSettingOf(service)],
    management: config[managementSettingOf(service)] ?? managementOf(config[addressSettingOf(service)]),
    paths: publicPaths[service],
  }));
}

/** The setting with the address of a service, such as ORDER_URL. */
export function addressSettingOf<S extends ServiceBehind>(service: S): `${Uppercase<S>}_URL` {
  return `${service.toUpperCase() as Uppercase<S>}_URL`;
}

/** The setting with the address of its management port, such as ORDER_MANAGEMENT_URL. */
export function managementSettingOf<S extends ServiceBehind>(service: S): `${Uppercase<S>}_MANAGEMENT_URL` {
  return `${service.toUpperCase() as Uppercase<S>}_MANAGEMENT_URL`;
}

function managementOf(upstream: string): string {
  const url = new URL(upstream);
  const port = Number(url.port) || (defaultPorts[url.protocol] ?? 0);
  url.port = String(port + managementPortDistance);
  return url.origin;
}
