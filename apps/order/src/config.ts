/** The settings of the order service, from the environment; a missing or wrong one ends the process before it does anything. */

import {
  databaseSettings,
  identitySettings,
  kafkaSettings,
  loadConfig,
  processSettings,
  queueSettings,
  serviceClientSettings,
  sessionSettings,
  Type,
  type Static,
} from '@oms/service-kit';
import type { DeadlineSettings } from './domain/deadlines.ts';
import type { PlacementTerms } from './domain/order.ts';

export const settings = Type.Object({
  ...processSettings,
  ...databaseSettings,
  ...sessionSettings,
  ...queueSettings,
  ...kafkaSettings,
  ...identitySettings,
  ...serviceClientSettings,
  INVENTORY_URL: Type.String({ pattern: '^https?://', description: 'address of the inventory service' }),
  ANALYTICS_URL: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'address of the analytics service, to explain orders' }),
  ),
  NOTIFICATION_URL: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'address of the notification service, to explain orders' }),
  ),
  STUCK_STEP_MINUTES: Type.Integer({
    minimum: 1,
    maximum: 10_080,
    default: 60,
    description: 'an order that has been at one step for so long counts as stuck',
  }),
  STUCK_MESSAGE_SECONDS: Type.Integer({
    minimum: 5,
    maximum: 86_400,
    default: 60,
    description: 'an order counts as stuck whose message or reservation waits for so long',
  }),
  STUCK_PROMISE_MINUTES: Type.Integer({
    minimum: 0,
    maximum: 10_080,
    default: 15,
    description: 'an order counts as stuck that is not delivered so long after its promised delivery time',
  }),
  DELIVERY_PROMISE_MINUTES: Type.Integer({
    minimum: 0,
    maximum: 1_440,
    default: 45,
    description: 'how long after its placement an order is promised to be delivered; 0: no time is promised',
  }),
  STREAMS_MAX: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 5_000,
    description: 'maximum number of event streams; beyond it 503. Each needs a file descriptor and about 20 kB',
  }),
  STREAMS_PER_CALLER_MAX: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 32,
    description: 'maximum number of event streams of one caller; beyond it 429',
  }),
  STREAM_HEARTBEAT_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 3_600,
    default: 15,
    description: 'after so long without an event, an event stream is sent a comment',
  }),
  STREAM_BUFFER_BYTES_MAX: Type.Integer({
    minimum: 65_536,
    default: 131_072,
    description: 'what may wait for the client of one event stream to read; beyond it the stream is ended as slow',
  }),
  STREAM_MISSED_MAX: Type.Integer({
    minimum: 0,
    default: 10_000,
    description: 'how many missed changes the stream of all orders sends to a client that returns; beyond it a reset',
  }),
  ACCEPT_MINUTES: Type.Integer({
    minimum: 0,
    maximum: 1_440,
    default: 15,
    description:
      'how long the kitchen has to accept an order that it was shown; after that the order is cancelled as NOT_ACCEPTED; 0: there is no limit',
  }),
  PREPARATION_MINUTES: Type.Integer({
    minimum: 0,
    maximum: 1_440,
    default: 20,
    description: 'how long preparing an accepted order takes; after that ORDER_LATE is published; 0: it is never late',
  }),
  SCHEDULED_LEAD_MINUTES: Type.Integer({
    minimum: 0,
    maximum: 1_440,
    default: 45,
    description: 'how long before its delivery time a scheduled order is shown to the kitchen',
  }),
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(): Config {
  return loadConfig(settings);
}

/** What the parts of the service are composed with. */
export type Settings = {
  queueMax: number;
  /** What an order is promised when it is placed. */
  terms: Required<PlacementTerms>;
  deadlines: DeadlineSettings;
};

export function settingsOf(config: Config): Settings {
  return {
    queueMax: config.QUEUE_MAX,
    terms: {
      promiseMinutes: config.DELIVERY_PROMISE_MINUTES,
      acceptMinutes: config.ACCEPT_MINUTES,
      leadMinutes: config.SCHEDULED_LEAD_MINUTES,
    },
    deadlines: { preparationMinutes: config.PREPARATION_MINUTES },
  };
}
