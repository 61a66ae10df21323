// From a committed transaction to the handler of another service: delivered at least once, applied once.

export { afterCommit, inTransaction, pipelined, CommitUnknownError } from './outbox/transaction.ts';
export { createOutbox, type AppendOptions, type Outbox, type StoredMessage } from './outbox/outbox.ts';
export { createRelay, type Relay, type RelayOptions } from './relay/relay.ts';
export { createConsumer, groupOf, type Consumer, type ConsumerState } from './consumer/consumer.ts';
export type { Apply, Ordering } from './consumer/apply.ts';
export { kafkaStates, type StoppedPartition } from './consumer/stopped-partitions.ts';
export { replay, type ReplayReport } from './consumer/replay.ts';
export { createFollower, type Follower, type FollowerOptions } from './consumer/follower.ts';
export { readFromTimestamp } from './consumer/read-from-timestamp.ts';
export {
  createDeadLetterAdmin,
  type DeadLetterAdmin,
  type DeadLetterDetails,
  type DeadLetterPage,
} from './dead-letters/dead-letter-admin.ts';
export type { DeadLetter, DeadLetterFilter, DeadLetterPosition } from './dead-letters/dead-letters.ts';
export { redrivesMax, type RedriveReport, type RedriveRequest } from './dead-letters/redrive.ts';
export { createLazyCodec, createSchemaCache, type LazyCodec } from './codec.ts';
export { createKafka } from './kafka/kafka.ts';
export {
  headerText,
  type FollowedBatch,
  type Kafka,
  type KafkaAdmin,
  type KafkaConsumer,
  type KafkaState,
  type MessageHeaders,
  type OutgoingMessage,
  type PartitionOffset,
  type PartitionRange,
  type PartitionReading,
  type Producer,
  type ReceivedBatch,
  type ReceivedMessage,
  type TopicDifference,
  type TopicPartition,
  type TopicSettings,
} from './kafka/client.ts';
export {
  createAggregateEvidence,
  type AggregateEvidence,
  type ReadAggregateEvidence,
} from './evidence/aggregate-evidence.ts';
export { createOverdueMessages, type ReadOverdueMessages } from './evidence/overdue-messages.ts';
