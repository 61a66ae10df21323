// Connects to Kafka with kafkajs, behind the interface of client.ts. Only the files of this folder know kafkajs.

import { connect, isIP } from 'node:net';
import { connect as connectByTls } from 'node:tls';
import { Kafka as KafkaJs, logLevel, type ISocketFactory, type logCreator, type SASLOptions } from 'kafkajs';
import type { Logger } from 'pino';

import RequestQueue from '#kafkajs-request-queue';
import type { Kafka } from './client.ts';
import { setClusterDefaults } from './cluster.ts';
import { createKafkaAdmin } from './kafka-admin.ts';
import { createKafkaConsumer } from './kafka-consumer.ts';
import { followTopic } from './kafka-follower.ts';
import { createKafkaHealth } from './kafka-health.ts';
import { createKafkaProducer } from './kafka-producer.ts';
import { sendNullHeaders } from './null-headers.ts';
import { readPartition } from './kafka-reader.ts';

type HostAndPort = { host: string; port: number };

export type KafkaOptions = {
  clientId: string;
  /**
   * Names this process across restarts, such as host and port: never two processes at a time. Its first consumer of a group removes what a
   * dead process of the same name has left in the group, which would otherwise hold its partitions until its session expires.
   */
  instance?: string;
  brokers: string[];
  logger: Logger;
  /** Connects by TLS. PEM texts: authorities to trust instead of Node's own, and our certificate and key for brokers that require one. */
  tls?: { ca?: string; cert?: string; key?: string };
  /** The login, for brokers that require one. */
  user?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; name: string; password: string };
  /** Maps the address that a broker advertises to the address to connect to, for example through a tunnel. */
  route?: (advertised: HostAndPort) => HostAndPort;
};

/** Does not connect yet: each producer, each consumer and the admin client connects when it is first used. */
export function createKafka({ clientId, instance, brokers, logger, tls, user, route }: KafkaOptions): Kafka {
  stopIdleTimers();
  sendNullHeaders();
  const health = createKafkaHealth(user?.name);
  const settings = {
    brokers,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    // Few retries on purpose: relay and membership have their own backoff, and each retry of theirs uses a new connection.
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 },
    logLevel: logger.isLevelEnabled('debug') ? logLevel.INFO : logLevel.WARN,
    logCreator: logTo(logger),
    ...(tls && { ssl: tls }),
    ...(user && { sasl: toSaslOptions(user) }),
    socketFactory: createSocketFactory(route),
  };
  const client = createClient(clientId);
  // A group knows its members by the client id.
  const consumerId = instance === undefined ? clientId : `${clientId}@${instance}`;
  const consumerClient = instance === undefined ? client : createClient(consumerId);
  const groupsJoined = new Set<string>();
  return {
    state: () => health.state(),
    createProducer: () => createKafkaProducer(client, health),
    createConsumer(options) {
      const isFirst = instance !== undefined && !groupsJoined.has(options.group);
      groupsJoined.add(options.group);
      return createKafkaConsumer(consumerClient, health, { ...options, ...(isFirst && { predecessorId: consumerId }) });
    },
    follow: (following) => followTopic(client, health, following),
    read: (reading) => readPartition(client, health, reading),
    admin: createKafkaAdmin(client, health),
  };

  function createClient(id: string): KafkaJs {
    const created = new KafkaJs({ ...settings, clientId: id });
    setClusterDefaults(created);
    return created;
  }
}

function toSaslOptions({ mechanism, name, password }: NonNullable<KafkaOptions['user']>): SASLOptions {
  return { mechanism, username: name, password };
}

/**
 * kafkajs 2.2.4 sets a timer 1,000 times a second per connection even when nothing waits, and with a negative delay, about
 * which Node 24 warns (https://github.com/tulios/kafkajs/issues/1751). A check is due only while a request waits.
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

export function createSocketFactory(
  route: NonNullable<KafkaOptions['route']> = (advertised) => advertised,
): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const target = { ...route({ host, port }), noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
    // The certificate names the advertised host, whatever address leads to it.
    const socket = ssl
      ? connectByTls({ ...target, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
      : connect(target, onConnect);
    const unref = socket.unref.bind(socket);
    // kafkajs disconnects a socket again that was closed long ago, and Node then adds a listener for a connection that never comes.
    socket.unref = () => (socket.destroyed ? socket : unref());
    return socket;
  };
}

/** kafkajs logs every broken connection as an error, so its errors become warnings: the code that retries logs what they mean. */
function logTo(logger: Logger): logCreator {
  return () =>
    ({ namespace, level, log }) => {
      const { message, broker, groupId, topic, partition, error } = log as Record<string, unknown>;
      const fields = { part: `kafka client: ${namespace}`, broker, groupId, topic, partition, error: errorText(error) };
      if (level <= logLevel.WARN) logger.warn(fields, String(message));
      else logger.debug(fields, String(message));
    };
}

function errorText(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return error instanceof Error ? error.message : typeof error === 'string' ? error : 'unknown';
}
