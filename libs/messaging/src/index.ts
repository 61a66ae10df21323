// From my transaction to your handler: at least once, applied once.

export { afterCommit, inTransaction, CommitUnknownError } from './outbox/transaction.ts';
export { pipelined } from './outbox/pipelined.ts';
export { createLazyCodec, type LazyCodec } from './codec.ts';
export { createSchemaCache } from './schema-cache.ts';
export { createKafka } from './kafka/kafka.ts';
export { createOutbox, type Outbox, type StoredMessage, type AppendOptions } from './outbox/outbox.ts';
export { createRelay, type Relay, type RelayOptions } from './relay/relay.ts';
export { createConsumer, groupOf, type Apply, type Consumer, type ConsumerState } from './consumer/consumer.ts';
export { replay, type ReplayReport } from './consumer/replay.ts';
export { readFromTimestamp } from './consumer/read-from-timestamp.ts';
export { headerText } from './kafka/header-text.ts';
export {
  createDeadLetterAdmin,
  type DeadLetterAdmin,
  type DeadLetterDetails,
  type DeadLetterPage,
} from './dead-letters/dead-letter-admin.ts';
export { type DeadLetter, type DeadLetterFilter, type DeadLetterPosition } from './dead-letters/letters.ts';
export { redrivesMax, type RedriveReport, type RedriveRequest } from './dead-letters/redrive.ts';
export type {
  Kafka,
  KafkaAdmin,
  KafkaConsumer,
  KafkaState,
  MessageHeaders,
  OutgoingMessage,
  PartitionOffset,
  PartitionRange,
  PartitionReading,
  Producer,
  ReceivedBatch,
  ReceivedMessage,
  TopicPartition,
  TopicSettings,
} from './kafka/client.ts';
