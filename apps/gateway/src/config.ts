// The gateway's settings: where the services are, and what one caller may ask of us.
import { identitySettings, loadConfig, processSettings, Type, type Static } from '@oms/service-kit';

const address = (of: string) => Type.String({ pattern: '^https?://', description: `address of the ${of} service` });

export const settings = Type.Object({
  ...processSettings,
  ...identitySettings,
  ORDER_URL: address('order'),
  INVENTORY_URL: address('inventory'),
  ANALYTICS_URL: address('analytics'),
  NOTIFICATION_URL: address('notification'),
  CORS_ORIGINS: Type.String({ default: '', description: 'origins of pages that may call us, separated by commas' }),
  RATE_LIMIT_PER_MINUTE: Type.Integer({
    minimum: 1,
    default: 60_000,
    description: 'requests of one caller in a minute; beyond it 429',
  }),
  BODY_LIMIT_BYTES: Type.Integer({
    minimum: 1,
    default: 1_048_576,
    description: 'size of a body at most; beyond it 413',
  }),
  UPSTREAM_TIMEOUT_MS: Type.Integer({
    minimum: 1,
    default: 15_000,
    description: 'patience with a service; beyond it 504',
  }),
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(env?: NodeJS.ProcessEnv): Config {
  return loadConfig(settings, env);
}
