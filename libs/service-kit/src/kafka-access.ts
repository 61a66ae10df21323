/** How a service reaches Kafka, from its settings: by TLS, and as a user, when they say so. */

import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import type { Static, TObject } from 'typebox';
import { ConfigError, type kafkaSettings } from './config.ts';

type Settings = Omit<Static<TObject<typeof kafkaSettings>>, 'REGISTRY_URL'>;

/** Texts in PEM. */
export type KafkaTls = { ca?: string; cert?: string; key?: string };
export type KafkaUser = { mechanism: NonNullable<Settings['KAFKA_SASL_MECHANISM']>; name: string; password: string };
export type KafkaAccess = { brokers: string[]; tls?: KafkaTls; user?: KafkaUser };

/**
 * As `createKafka` wants it. Files are read now: a renewed certificate is one for the next start.
 *
 * @throws ConfigError naming the variable whose file cannot be used
 */
export function kafkaAccess(config: Settings): KafkaAccess {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: name, KAFKA_PASSWORD: password } = config;
  return {
    brokers: config.KAFKA_BROKERS.split(','),
    ...(config.KAFKA_TLS && { tls: tlsOf(config) }),
    ...(mechanism && name && password && { user: { mechanism, name, password } }),
  };
}

function tlsOf(config: Settings): KafkaTls {
  const { KAFKA_TLS_CA_FILE: caFile, KAFKA_TLS_CERT_FILE: certFile, KAFKA_TLS_KEY_FILE: keyFile } = config;
  return {
    ...(caFile && {
      ca: using('KAFKA_TLS_CA_FILE', () => {
        const ca = readFileSync(caFile, 'utf8');
        // TLS itself passes over what is no certificate, and then trusts nobody.
        new X509Certificate(ca);
        return ca;
      }),
    }),
    ...(certFile &&
      keyFile &&
      using('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE', () => {
        const own = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
        createSecureContext(own);
        return own;
      })),
  };
}

function using<T>(variables: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ConfigError(
      `The file of ${variables} cannot be used: ${(error as Error).message}. It must be there, readable for this process, and PEM.`,
    );
  }
}
