// The environment of the programs of an image; the service itself has its own config.ts.

import { databaseSettings, sessionSettings, kafkaSettings, processSettings, Type } from '@oms/service-kit';

export const migrateSettings = Type.Object({ DATABASE_URL: databaseSettings.DATABASE_URL, ...sessionSettings });

export const registerSettings = Type.Object({
  ...kafkaSettings,
  TOPIC_MIN_INSYNC_REPLICAS: Type.Integer({
    minimum: 1,
    default: 1,
    description: 'replicas that must have a message before it counts as written: 2 on three brokers',
  }),
});

export const databasesSettings = Type.Object({
  OMS_POSTGRES_URL: Type.String({ description: 'PostgreSQL, as a role that may create roles' }),
});

export const postsSettings = Type.Object({ HOST: processSettings.HOST, PORT: processSettings.PORT });

export const issuerSettings = Type.Object({
  HOST: processSettings.HOST,
  PORT: processSettings.PORT,
  ISSUER_URL: Type.String({ pattern: '^http://', description: 'where the services find it: their ISSUER_URL' }),
  DATA_DIR: Type.String({ minLength: 1, description: 'where its key is kept' }),
});
