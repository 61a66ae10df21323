/** How a service connects to Kafka, from its settings: brokers, TLS and user. */

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createSecureContext } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import type { Static, TObject } from 'typebox';
import { ConfigError, type kafkaSettings } from './config.ts';

/** With `PORT`, the process has a name that it has again after a restart. */
type Settings = Omit<Static<TObject<typeof kafkaSettings>>, 'REGISTRY_URL'> & { readonly PORT?: number };

/** Each in PEM format. */
export type KafkaTls = { ca?: string; cert?: string; key?: string };
export type KafkaUser = { mechanism: NonNullable<Settings['KAFKA_SASL_MECHANISM']>; name: string; password: string };
export type KafkaAccess = { brokers: string[]; instance?: string; tls?: KafkaTls; user?: KafkaUser };

/**
 * The options of `createKafka`. Files are read once: a renewed certificate is used from the next start on.
 *
 * @throws ConfigError naming the variable whose file cannot be used
 */
export function kafkaAccess(config: Settings): KafkaAccess {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: name, KAFKA_PASSWORD: password } = config;
  return {
    brokers: config.KAFKA_BROKERS.split(','),
    ...(config.PORT !== undefined && config.PORT > 0 && { instance: `${hostname()}:${config.PORT}` }),
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
        // TLS itself ignores text that is not a certificate, and then trusts no broker.
        new X509Certificate(ca);
        return ca;
      }),
    }),
    ...(certFile &&
      keyFile &&
      using('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE', () => {
        const pair = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
        createSecureContext(pair);
        return pair;
      })),
  };
}

function using<T>(variables: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ConfigError(
      `The file of ${variables} cannot be used: ${(error as Error).message}. It must exist, be readable for this process, and be PEM.`,
    );
  }
}
