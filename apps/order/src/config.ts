/** What the environment tells the order service; a missing or wrong setting ends the process before it does anything. */

import {
  databaseSettings,
  identitySettings,
  kafkaSettings,
  loadConfig,
  processSettings,
  queueSettings,
  serviceClientSettings,
  Type,
  type Static,
} from '@oms/service-kit';

const settings = Type.Object({
  ...processSettings,
  ...databaseSettings,
  ...queueSettings,
  ...kafkaSettings,
  ...identitySettings,
  ...serviceClientSettings,
  INVENTORY_URL: Type.String({ pattern: '^https?://', description: 'address of the inventory service' }),
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(): Config {
  return loadConfig(settings);
}
