// The connections of kafkajs to a cluster, with what its public API does not let us choose.

import type { Cluster as KafkaJsCluster, Kafka } from 'kafkajs';
import { readCommitted } from './fetch.ts';

export type Cluster = KafkaJsCluster;
type ClusterOptions = { metadataMaxAge?: number; isolationLevel?: number; allowAutoTopicCreation?: boolean };
type CreateCluster = (options: ClusterOptions) => Cluster;

/** New partitions are found after at most so long, and then read within one rebalance. */
const metadataMaxAgeMs = 10_000;

/**
 * All clusters of this client, those of its producers, consumers and admin included, forget what they know of the topics after ten seconds, and
 * give as the end of a partition what a reader would get: not what lies behind an open transaction.
 */
export function setClusterDefaults(client: Kafka): void {
  const symbol = createClusterSymbol(client);
  const create = clientOf(client)[symbol]!;
  clientOf(client)[symbol] = (options) =>
    create({ ...options, metadataMaxAge: metadataMaxAgeMs, isolationLevel: readCommitted });
}

/** For requests that kafkajs makes only as a member of a group. */
export function createCluster(client: Kafka): Cluster {
  return clientOf(client)[createClusterSymbol(client)]!({ allowAutoTopicCreation: false });
}

function createClusterSymbol(client: Kafka): symbol {
  const symbol = Object.getOwnPropertySymbols(client).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (symbol === undefined) throw new Error('This version of kafkajs has no private createCluster, as 2.2.4 has.');
  return symbol;
}

function clientOf(client: Kafka): Record<symbol, CreateCluster> {
  return client as unknown as Record<symbol, CreateCluster>;
}
