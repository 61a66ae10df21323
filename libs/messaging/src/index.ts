// From my transaction to your handler: at least once, applied once.

export { afterCommit, inTransaction, CommitUnknownError } from './transaction.ts';
export { sentTogether } from './sent-together.ts';
export { createLateCodec, type LateCodec } from './late-codec.ts';
export { createSchemaCache } from './schema-cache.ts';
export { createKafka } from './kafka.ts';
export { createOutbox, type Outbox, type StoredMessage, type AppendOptions } from './outbox.ts';
export { createRelay, type Relay, type RelayOptions } from './relay.ts';
export { createConsumer, groupOf, type Apply, type Consumer, type ConsumerState } from './consumer.ts';
export { hearAgain, type HeardAgain } from './hear-again.ts';
export { readSince } from './read-since.ts';
export { textOf } from './header-text.ts';
export { createDeadLetterDesk, type DeadLetterDesk, type LetterInFull, type LetterPage } from './dead-letter-desk.ts';
export { type Letter, type LetterFilter, type LetterPlace } from './letters.ts';
export { redrivesMax, type RedriveReport, type RedriveWish } from './redrive.ts';
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
