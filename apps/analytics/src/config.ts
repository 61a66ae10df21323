// The settings of analytics, from the environment; a missing or wrong one ends the process before it does anything.
import {
  databaseSettings,
  identitySettings,
  kafkaSettings,
  loadConfig,
  processSettings,
  Type,
  type Static,
} from '@oms/service-kit';

export const settings = Type.Object({
  ...processSettings,
  ...databaseSettings,
  DATABASE_POOL_MAX: Type.Integer({
    minimum: 1,
    maximum: 200,
    default: 10,
    description: 'maximum number of connections for queries; three more apply messages',
  }),
  ...kafkaSettings,
  ...identitySettings,
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(): Config {
  return loadConfig(settings);
}
