/** The settings of the inventory service, from the environment. A missing or wrong setting ends the process before it does anything. */
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
  ORDER_URL: Type.String({ pattern: '^https?://', description: 'address of the order service' }),
  RESERVATION_HOLD_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 86_400,
    default: 30,
    description: 'age at which the order service is asked about a reservation without an order',
  }),
  SWEEP_INTERVAL_MS: Type.Integer({
    minimum: 10,
    maximum: 3_600_000,
    default: 5_000,
    description: 'pause between two searches for such reservations',
  }),
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(): Config {
  return loadConfig(settings);
}
