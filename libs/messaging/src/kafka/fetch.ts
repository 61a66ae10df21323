// Fetches record batches without reading them, so that a batch that nobody can read hinders no other partition.
//
// kafkajs reads all batches of an answer together and fails the whole answer for one of them (docs/decisions/0017). This keeps its requests and
// connections, and takes the answer from the wire itself: partition by partition, batch by batch, as bytes.

import type { Broker } from 'kafkajs';
import { partitionKey, type TopicPartition } from './client.ts';
import { splitRecordSet, type AbortedTransaction, type RecordBatch } from './record-batch.ts';

export type FetchRequest = {
  maxWaitTime: number;
  minBytes: number;
  maxBytes: number;
  isolationLevel: number;
  topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
  rackId?: string;
};

type FetchedPartition = {
  partition: number;
  errorCode: number;
  highWatermark: string;
  preferredReadReplica: number;
  recordSet: Buffer;
  abortedTransactions: AbortedTransaction[];
};
type FetchResponse = { responses: { topicName: string; partitions: FetchedPartition[] }[] };
type ProtocolRequest = {
  request: { apiVersion: number };
  response: { decode(bytes: Buffer): unknown; parse(response: FetchResponse): Promise<FetchResponse> };
};
/** Inside kafkajs, a broker sends its requests through a pool of connections. */
export type InnerBroker = Broker & {
  fetch(request: FetchRequest): Promise<FetchResponse>;
  connectionPool: { send(request: ProtocolRequest): Promise<unknown>; destroy(): Promise<void> };
};

export type Fetched = {
  /** The partitions of the answer, as kafkajs has them, without records. */
  responses: {
    topicName: string;
    partitions: { partition: number; errorCode: number; highWatermark: string; preferredReadReplica: number }[];
  }[];
  /** The batches of one partition; none has an empty list. */
  batches: (TopicPartition & { batches: RecordBatch[] })[];
};

export const readCommitted = 1;
const answerVersion = 11;

/**
 * A partition with an error is left out as long as another one has something: it fails again at the next request, and alone it rejects with
 * the error that kafkajs would throw.
 */
export async function fetchBatches(broker: InnerBroker, request: FetchRequest): Promise<Fetched> {
  const { connectionPool } = broker;
  const sender = {
    send: ({ request: encoded, response, ...rest }: ProtocolRequest) => {
      if (encoded.apiVersion !== answerVersion) {
        throw new Error(`The broker fetches by version ${encoded.apiVersion}. Kafka 2.3 or newer is needed.`);
      }
      return connectionPool.send({
        ...rest,
        request: encoded,
        response: { decode, parse: (all) => withoutErrors(all, response) },
      });
    },
    destroy: () => connectionPool.destroy(),
  };
  const reader = Object.create(broker, { connectionPool: { value: sender } }) as InnerBroker;
  const { responses } = await reader.fetch(request);
  const offsets = new Map(
    request.topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, fetchOffset }) => [partitionKey({ topic, partition }), BigInt(fetchOffset)]),
    ),
  );
  const batches = responses.flatMap(({ topicName: topic, partitions }) =>
    partitions.flatMap(({ partition, recordSet, abortedTransactions }) => {
      const from = offsets.get(partitionKey({ topic, partition })) ?? 0n;
      const found = splitRecordSet({ topic, partition, from }, recordSet, abortedTransactions);
      return found.length > 0 ? [{ topic, partition, batches: found }] : [];
    }),
  );
  return {
    responses: responses.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map(({ partition, errorCode, highWatermark, preferredReadReplica }) => ({
        partition,
        errorCode,
        highWatermark,
        preferredReadReplica,
      })),
    })),
    batches,
  };
}

function withoutErrors(answer: FetchResponse, response: ProtocolRequest['response']): Promise<FetchResponse> {
  const all = answer.responses.flatMap(({ partitions }) => partitions);
  if (!all.some(({ errorCode, recordSet }) => errorCode === 0 && recordSet.length > 0)) return response.parse(answer);
  const responses = answer.responses.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.filter(({ errorCode }) => errorCode === 0),
  }));
  return Promise.resolve({ responses });
}

/** https://kafka.apache.org/protocol#The_Messages_Fetch, version 11. */
function decode(bytes: Buffer): FetchResponse {
  // Past the throttle time, the error and the session.
  let at = 10;
  return {
    responses: list(() => ({
      topicName: text(),
      partitions: list(() => {
        const partition = int32();
        const errorCode = int16();
        const highWatermark = int64().toString();
        // The last stable offset and the first offset of the log.
        at += 16;
        const abortedTransactions = list(() => ({ producerId: int64(), firstOffset: int64() }));
        const preferredReadReplica = int32();
        return { partition, errorCode, highWatermark, abortedTransactions, preferredReadReplica, recordSet: records() };
      }),
    })),
  };

  function list<T>(read: () => T): T[] {
    const count = int32();
    return Array.from({ length: Math.max(count, 0) }, read);
  }

  function text(): string {
    const length = int16();
    at += length;
    return bytes.toString('utf8', at - length, at);
  }

  function records(): Buffer {
    const length = Math.max(int32(), 0);
    at += length;
    return bytes.subarray(at - length, at);
  }

  function int16(): number {
    at += 2;
    return bytes.readInt16BE(at - 2);
  }

  function int32(): number {
    at += 4;
    return bytes.readInt32BE(at - 4);
  }

  function int64(): bigint {
    at += 8;
    return bytes.readBigInt64BE(at - 8);
  }
}
