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

const settings = Type.Object({
  ...processSettings,
  ...databaseSettings,
  ...kafkaSettings,
  ...identitySettings,
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(): Config {
  return loadConfig(settings);
}
