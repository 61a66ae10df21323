// The invariants of a running system by its addresses: waits until nothing moves any more, then checks everything.

import { createCodec, memorySchemaCache } from '@oms/contracts';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { until } from '@oms/test-kit';
import pg from 'pg';
import { databaseNames, type Databases, type Evidence, type MessageLog } from './evidence.ts';
import { checkInvariants, type Checked } from './invariants.ts';
import { createKafkaLog } from './kafka-log.ts';
import { checkLeftovers } from './leftovers.ts';
import type { Violation } from './violation.ts';

/** Where a stack is; the `Stack` of tools/dev is one. */
export type SystemAddresses = {
  databaseUrl(service: string): string;
  kafkaBrokers: string[];
  registryUrl: string;
};

export type OpenEvidence = { databases: Databases; messages: MessageLog; close: () => Promise<void> };

export type WholeSystemOptions = Omit<Evidence, 'databases' | 'messages' | 'decode'> & {
  /** How long the system may take to come to rest; 60,000 ms unless given. */
  restMsMax?: number;
};

const restMsDefault = 60_000;

/** A system that does not come to rest is a violation too. */
export async function checkWholeSystem(
  addresses: SystemAddresses,
  { restMsMax = restMsDefault, ...evidence }: WholeSystemOptions = {},
): Promise<Checked> {
  const { databases, messages, close } = await openEvidence(addresses);
  const stopped = new AbortController();
  try {
    const leftovers = await waitUntilAtRest(() => checkLeftovers(databases, messages), restMsMax);
    const codec = await createCodec({
      registryUrl: addresses.registryUrl,
      cache: memorySchemaCache(),
      publishes: [],
      signal: stopped.signal,
    });
    // Right after a restart of its database the registry fails now and then.
    const decode = (value: Buffer) => until('the registry gives the schema of a message', () => codec.decode(value));
    const { violations, counts } = await checkInvariants({ ...evidence, databases, messages, decode });
    return { violations: [...leftovers, ...violations], counts };
  } finally {
    stopped.abort();
    await close();
  }
}

export async function openEvidence({
  databaseUrl,
  kafkaBrokers,
}: Pick<SystemAddresses, 'databaseUrl' | 'kafkaBrokers'>): Promise<OpenEvidence> {
  const logger = createLogger({ name: 'invariants', level: 'silent' });
  const kafka = createKafka({ clientId: 'invariants', brokers: kafkaBrokers, logger });
  const clients = databaseNames.map((name) => [name, new pg.Client({ connectionString: databaseUrl(name) })] as const);
  const close = async () => {
    await Promise.all(clients.map(([, client]) => client.end()));
    await kafka.admin.close();
  };
  try {
    await Promise.all(clients.map(([, client]) => client.connect()));
  } catch (error) {
    await close();
    throw error;
  }
  return { databases: Object.fromEntries(clients) as unknown as Databases, messages: createKafkaLog(kafka), close };
}

/** Answers what is left over when the time is up; usually nothing, and soon. */
async function waitUntilAtRest(check: () => Promise<Violation[]>, withinMs: number): Promise<Violation[]> {
  let leftovers: Violation[] = [];
  try {
    await until('nothing moves', async () => (leftovers = await check()).length === 0, withinMs);
    return [];
  } catch (error) {
    if (leftovers.length === 0) throw error;
    return leftovers;
  }
}
