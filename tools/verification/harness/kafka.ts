// The harness's own Kafka client, and every message published a second time.

import { topics } from '@oms/contracts';
import { createKafka, type Kafka, type OutgoingMessage } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { readKafka } from '../invariants/kafka-log.ts';

export function openKafka({ kafkaBrokers: brokers }: { kafkaBrokers: string[] }): Kafka {
  return createKafka({
    clientId: 'verification',
    brokers,
    logger: createLogger({ name: 'verification', level: 'silent' }),
  });
}

const messagesOfOneSend = 500;

/** Publishes every readable message again, in the order in which it came; answers how many there are. */
export async function republishAll(kafka: Kafka): Promise<number> {
  const copies: OutgoingMessage[] = [];
  await readKafka(kafka, Object.keys(topics), ({ topic, key, value, headers }) => {
    if (headers[unreadableHeader] === undefined) copies.push({ topic, key, value, headers });
  });
  const producer = kafka.createProducer();
  try {
    for (let sent = 0; sent < copies.length; sent += messagesOfOneSend)
      await producer.send(copies.slice(sent, sent + messagesOfOneSend));
  } finally {
    await producer.close();
  }
  return copies.length;
}

/** Marks a message of a fault run that cannot be decoded. */
export const unreadableHeader = 'unreadable';
