// From my transaction to your handler: at least once, applied once.

export { afterCommit, inTransaction, CommitUnknownError } from './transaction.ts';
export { pipelined } from './sent-together.ts';
export { createLazyCodec, type LazyCodec } from './late-codec.ts';
export { createSchemaCache } from './schema-cache.ts';
export { createKafka } from './kafka.ts';
export { createOutbox, type Outbox, type StoredMessage, type AppendOptions } from './outbox.ts';
export { createRelay, type Relay, type RelayOptions } from './relay.ts';
export { createConsumer, groupOf, type Apply, type Consumer, type ConsumerState } from './consumer.ts';
export { replay, type ReplayReport } from './hear-again.ts';
export { readFromTimestamp } from './read-since.ts';
export { headerText } from './header-text.ts';
export {
  createDeadLetterAdmin,
  type DeadLetterAdmin,
  type DeadLetterDetails,
  type DeadLetterPage,
} from './dead-letter-desk.ts';
export { type DeadLetter, type DeadLetterFilter, type DeadLetterPosition } from './letters.ts';
export { redrivesMax, type RedriveReport, type RedriveRequest } from './redrive.ts';
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
} from './broker.ts';
