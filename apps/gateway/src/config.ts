/** Settings of the gateway: the addresses of the services, and limits for callers. */
import { identitySettings, loadConfig, processSettings, Type, type Static } from '@oms/service-kit';

const address = (of: string) => Type.String({ pattern: '^https?://', description: `address of the ${of} service` });

const managementAddress = (of: string) =>
  Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: `address of the management port of the ${of} service; 100 above the port of ${of.toUpperCase()}_URL unless set`,
    }),
  );

export const settings = Type.Object({
  ...processSettings,
  ...identitySettings,
  ORDER_URL: address('order'),
  INVENTORY_URL: address('inventory'),
  ANALYTICS_URL: address('analytics'),
  NOTIFICATION_URL: address('notification'),
  ORDER_MANAGEMENT_URL: managementAddress('order'),
  INVENTORY_MANAGEMENT_URL: managementAddress('inventory'),
  ANALYTICS_MANAGEMENT_URL: managementAddress('analytics'),
  NOTIFICATION_MANAGEMENT_URL: managementAddress('notification'),
  CORS_ORIGINS: Type.String({
    default: '',
    description: 'origins of pages that may call the API, separated by commas',
  }),
  RATE_LIMIT_PER_MINUTE: Type.Integer({
    minimum: 1,
    default: 60_000,
    description: 'maximum number of requests per minute of one caller; beyond it 429',
  }),
  BODY_LIMIT_BYTES: Type.Integer({
    minimum: 1,
    default: 1_048_576,
    description: 'maximum size of a body; beyond it 413',
  }),
  UPSTREAM_TIMEOUT_MS: Type.Integer({
    minimum: 1,
    default: 15_000,
    description: 'deadline for an answer of a service; beyond it 504',
  }),
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(env?: NodeJS.ProcessEnv): Config {
  return loadConfig(settings, env);
}
