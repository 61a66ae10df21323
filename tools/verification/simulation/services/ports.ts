// The ports of a simulated service: a log, unused metrics, the contracts, and connections for locks.

import { createCodec, memorySchemaCache, schemaFiles, topicOf, type Codec, type EventType } from '@oms/contracts';
import type { Kafka, LazyCodec } from '@oms/messaging';
import type { Logger, MetricsRegistry } from '@oms/service-kit';
import type pg from 'pg';
import type { Process } from '../world/process.ts';
import type { Service } from '../world/services.ts';
import type { World } from '../world/world.ts';
import type { Replica } from './network.ts';
import type { Providers } from './providers.ts';

/** The ports of a simulated process. */
export type ServicePorts = {
  world: World;
  process: Process;
  pool: pg.Pool;
  kafka: Kafka;
  codec: LazyCodec;
  logger: Logger;
  metrics: MetricsRegistry;
  now: () => Date;
  databaseUrl: string;
  providers: Providers;
  replicas: (service: Service) => readonly Replica[];
  /** The process ends itself. */
  exit: (error: Error) => void;
};

/** One codec for all runs: it has no state but the contracts. */
export function readContracts(): Promise<Codec> {
  const rows = schemaFiles().map(({ subject, fingerprint, text }, at) => ({
    schemaId: at + 1,
    subject,
    fingerprint,
    schema: text,
  }));
  const publishes = Object.keys(topicOf) as EventType[];
  return createCodec({ registryUrl: 'http://registry.invalid', cache: memorySchemaCache(rows), publishes });
}

/** The ids of all schemas are known from the start. */
export function readyCodec(codec: Codec): LazyCodec {
  return {
    ...codec,
    isReady: () => true,
    assertReady: () => {},
    start: (then) => void then?.(),
    stop: () => Promise.resolve(),
  };
}

/** What a service logs goes into the trace. */
export function createLog(world: World, process: Process): Logger {
  const tell = (level: string) => (first: unknown, text?: string) => {
    if (!process.alive) return;
    const message = typeof first === 'string' ? first : (text ?? '');
    const error = (first as { err?: { message?: string } } | null)?.err?.message;
    world.trace.add(process.name, `${level}: ${message}${error === undefined ? '' : ` (${error})`}`);
  };
  const quiet = () => {};
  const log = {
    fatal: tell('fatal'),
    error: tell('error'),
    warn: tell('warn'),
    info: tell('info'),
    debug: quiet,
    trace: quiet,
    isLevelEnabled: () => false,
    child: () => log,
  };
  // Only what the services use of a logger is there.
  return log as unknown as Logger;
}

export function createNoMetrics(): MetricsRegistry {
  const registry = { registerMetric() {}, getSingleMetric: () => undefined };
  return registry as unknown as MetricsRegistry;
}

export function addressOf(service: Service): string {
  return `postgres://simulated/${service}`;
}
