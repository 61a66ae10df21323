// The Kafka client, behind the words of broker.ts; only the kafka*.ts files know that it is kafkajs.

import { connect, isIP } from 'node:net';
import { connect as connectByTls } from 'node:tls';
import { Kafka as KafkaJs, logLevel, type ISocketFactory, type logCreator, type SASLOptions } from 'kafkajs';
import type { Logger } from 'pino';
// eslint-disable-next-line @nx/enforce-module-boundaries -- a path inside kafkajs, typed by package.json's imports; no file of ours
import RequestQueue from '#kafkajs-request-queue';
import type { Kafka } from './client.ts';
import { createKafkaAdmin } from './kafka-admin.ts';
import { createKafkaConsumer } from './kafka-consumer.ts';
import { createKafkaProducer } from './kafka-producer.ts';
import { readPartition } from './kafka-reader.ts';
import { createStanding } from './kafka-health.ts';

export type KafkaOptions = {
  clientId: string;
  brokers: string[];
  logger: Logger;
  /** Given: by TLS. Texts in PEM: of authorities instead of Node's own, and of our certificate, for brokers that ask for one. */
  tls?: { ca?: string; cert?: string; key?: string };
  /** Who we are, for brokers that ask. */
  user?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; name: string; password: string };
  /** Where to reach a broker that advertises an address which is none from here, as through a tunnel. */
  route?: (advertised: { host: string; port: number }) => { host: string; port: number };
};

/** Connects to nothing yet: each producer, consumer and the admin side connect when they are used. */
export function createKafka(o: KafkaOptions): Kafka {
  stopIdleTimers();
  const standing = createStanding(o.user?.name);
  const client = new KafkaJs({
    clientId: o.clientId,
    brokers: o.brokers,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    // Short on purpose: relay and membership have their own back-off, and begin anew with a fresh connection.
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 },
    logLevel: o.logger.isLevelEnabled('debug') ? logLevel.INFO : logLevel.WARN,
    logCreator: logTo(o.logger),
    ...(o.tls && { ssl: o.tls }),
    ...(o.user && { sasl: loginOf(o.user) }),
    ...(o.route && { socketFactory: connectBy(o.route) }),
  });
  return {
    state: () => standing.state(),
    createProducer: () => createKafkaProducer(client, standing),
    createConsumer: (options) => createKafkaConsumer(client, standing, options),
    read: (reading) => readPartition(client, standing, reading),
    admin: createKafkaAdmin(client, standing),
  };
}

function loginOf({ mechanism, name, password }: NonNullable<KafkaOptions['user']>): SASLOptions {
  return { mechanism, username: name, password };
}

/**
 * kafkajs 2.2.4 sets a timer again and again, 1,000 times a second and connection, with nothing to wait for, and with a
 * negative delay, of which Node 24 warns (kafkajs #1751). A check is due only while a request waits.
 */
function stopIdleTimers(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function () {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
    const throttledMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : 10,
    );
  };
}

function connectBy(route: NonNullable<KafkaOptions['route']>): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const there = { ...route({ host, port }), noDelay: true };
    // The certificate is the advertised host's, whichever way leads there.
    return ssl
      ? connectByTls({ ...there, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
      : connect(there, onConnect);
  };
}

/** kafkajs calls every broken connection an error; what it means is said by those who retry. Message texts and a few ids only. */
function logTo(logger: Logger): logCreator {
  return () =>
    ({ namespace, level, log }) => {
      const { message, broker, groupId, topic, partition, error } = log as Record<string, unknown>;
      const told = { part: `kafka client: ${namespace}`, broker, groupId, topic, partition, error: errorText(error) };
      if (level <= logLevel.WARN) logger.warn(told, String(message));
      else logger.debug(told, String(message));
    };
}

function errorText(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return error instanceof Error ? error.message : typeof error === 'string' ? error : 'unknown';
}
