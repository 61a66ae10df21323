// What the environment tells analytics; a missing or wrong setting ends the process before it does anything.
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
    description: 'connections at most that answer questions; three more fold messages',
  }),
  ...kafkaSettings,
  ...identitySettings,
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(): Config {
  return loadConfig(settings);
}
