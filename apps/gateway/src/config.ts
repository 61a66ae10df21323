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
  PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^?#]*[^/?#]$',
      description: 'address under which callers reach the API, without a slash at its end; shown in the API document',
    }),
  ),
  CORS_ORIGINS: Type.String({
    default: '',
    description: 'origins of pages that may call the API, separated by commas',
  }),
  RATE_LIMIT_PER_MINUTE: Type.Integer({
    minimum: 1,
    default: 60_000,
    description:
      'maximum number of requests per minute of one caller, and of one address for requests without a known caller; beyond it 429',
  }),
  BODY_LIMIT_BYTES: Type.Integer({
    minimum: 1,
    default: 1_048_576,
    description: 'maximum size of a body; beyond it 413',
  }),
  UPSTREAM_TIMEOUT_MS: Type.Integer({
    minimum: 1,
    default: 15_000,
    description:
      'deadline of a request, from its arrival to the last byte of its reply; beyond it 504, or 408 if its body is not complete. Event streams have none after their begin',
  }),
  TRUSTED_PROXIES: Type.Integer({
    minimum: 0,
    maximum: 10,
    default: 0,
    description:
      "number of proxies in front of the gateway; a caller's address is that which the outermost of them adds to X-Forwarded-For",
  }),
  SERVICE_CONNECTIONS_MAX: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 256,
    description:
      'connections to each service for short requests; lists may use half of them, and an eighth is kept for changes',
  }),
  CALLER_CONNECTIONS_MAX: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 64,
    description: 'of these, how many one caller may use; four times as many of its requests may wait, beyond it 429',
  }),
  CALLER_LONG_REQUESTS_MAX: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 32,
    description: 'requests of one caller to one service at a time that wait for a version (waitFor); beyond it 429',
  }),
  STREAMS_MAX: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 5_000,
    description:
      'event streams of each service at a time; beyond it 503. Each needs two file descriptors and about 30 kB',
  }),
  CALLER_STREAMS_MAX: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 32,
    description: 'event streams of one caller to one service at a time; beyond it 429',
  }),
  STREAM_IDLE_TIMEOUT_MS: Type.Integer({
    minimum: 1,
    default: 60_000,
    description:
      'an event stream ends when the service sends nothing, or the caller reads nothing, for so long; the services send a comment every 15 s',
  }),
  BODIES_BYTES_MAX: Type.Integer({
    minimum: 65_536,
    default: 67_108_864,
    description: 'memory for bodies of requests, of which one caller may use an eighth; beyond it 503',
  }),
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(env?: NodeJS.ProcessEnv): Config {
  return loadConfig(settings, env);
}
