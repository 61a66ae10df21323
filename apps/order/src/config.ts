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

export const settings = Type.Object({
  ...processSettings,
  ...databaseSettings,
  ...sessionSettings,
  ...queueSettings,
  ...kafkaSettings,
  ...identitySettings,
  ...serviceClientSettings,
  INVENTORY_URL: Type.String({ pattern: '^https?://', description: 'address of the inventory service' }),
  DELIVERY_PROMISE_MINUTES: Type.Integer({
    minimum: 0,
    maximum: 1_440,
    default: 45,
    description: 'how long after its placement an order is promised to be delivered; 0: no time is promised',
  }),
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(): Config {
  return loadConfig(settings);
}
