// The services, and what each needs to run: the one list from which ports, databases, environments, clients and commands follow.

export type ServicePlan<Name extends string = Service> = {
  /** Where it listens in development; OMS_PORT_<SERVICE> moves it. */
  readonly port: number;
  /** The services it calls by itself: it gets their addresses, and has a client at the issuer to call them with. */
  readonly calls?: readonly Name[];
  /** Where its dead letters are asked for; absent when it reads no topic. */
  readonly deadLetters?: string;
};

const plans = {
  gateway: { port: 3000 },
  order: { port: 3001, calls: ['inventory', 'analytics', 'notification'] },
  inventory: { port: 3002, calls: ['order'], deadLetters: '/v1/inventory/dead-letters' },
  analytics: { port: 3003, deadLetters: '/v1/analytics/dead-letters' },
  notification: { port: 3004, deadLetters: '/v1/notifications/dead-letters' },
} as const satisfies Record<string, ServicePlan<string>>;

export type Service = keyof typeof plans;
export type DatabaseService = Exclude<Service, 'gateway'>;

export const services = Object.keys(plans) as Service[];
/** Those with a database of their own: all but the gateway, which remembers nothing. */
export const databaseServices = services.filter((service): service is DatabaseService => service !== 'gateway');

export function planOf(service: Service): ServicePlan {
  return plans[service];
}
