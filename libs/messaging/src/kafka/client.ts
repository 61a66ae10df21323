// The interface to Kafka that this library needs. kafka.ts implements it with kafkajs; another client could take its place.

/** Kafka allows a header without a value. */
export type HeaderValue = Buffer | string | null;
export type MessageHeaders = Record<string, HeaderValue | HeaderValue[]>;

/** The value of a header as text, the first one if there are several; null if there is none. */
export function headerText(headers: MessageHeaders, name: string): string | null {
  const value = [headers[name] ?? []].flat()[0];
  return value?.toString() ?? null;
}

export type OutgoingMessage = {
  topic: string;
  /** Messages with the same key keep their order. The partition is murmur2(key), as in Kafka's own clients. */
  key: Buffer | string | null;
  value: Buffer | null;
  headers: MessageHeaders;
};

export type Producer = {
  /** Resolves when all in-sync replicas have acknowledged every message; rejects when one of them may not be acknowledged. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
};

export type ReceivedMessage = {
  topic: string;
  partition: number;
  offset: bigint;
  key: Buffer | null;
  value: Buffer | null;
  headers: MessageHeaders;
};

/** Consecutive messages of one partition; none where all records are nobody's to read, such as those of an aborted transaction. */
export type ReceivedBatch = PartitionWork & {
  messages: readonly ReceivedMessage[];
};

/** Records of one partition that no attempt can read. */
export type UnreadableBatch = PartitionWork & {
  /** The first offset that cannot be read. */
  first: bigint;
  /** The record batch as it lies in the log. */
  bytes: Buffer;
  error: Error;
};

export type PartitionWork = {
  topic: string;
  partition: number;
  /** The offset after all of it; records that nobody reads may lie before it. */
  end: bigint;
  /** Commits `next` as the offset to continue from; rejects when the partition now belongs to another member. */
  commit(next: bigint): Promise<void>;
  /** Tells the group that this member is alive; rejects during a rebalance. Cheap to call often. */
  heartbeat(): Promise<void>;
  /** False when the consumer is stopping: the rest of the batch then stays uncommitted. */
  isRunning(): boolean;
};

export type TopicPartition = { topic: string; partition: number };

/** For maps by partition. */
export function partitionKey({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
export type PartitionOffset = TopicPartition & { offset: bigint };
export type PartitionRange = TopicPartition & { first: bigint; end: bigint };

export type KafkaConsumerOptions = {
  group: string;
  topics: readonly string[];
  /** Called for one batch of a partition at a time; the partitions do not wait for each other. */
  onBatch: (batch: ReceivedBatch) => Promise<void>;
  /** The partition, and no other, stops until this resolves. It is then continued after the batch. */
  onUnreadable: (batch: UnreadableBatch) => Promise<void>;
  /** The log does not hold the offset at which the group wanted to continue; it continues at the first one that the log holds. */
  onOutOfRange: (wanted: PartitionOffset) => void;
  /** This process has joined the group, as `memberId`. */
  onAssigned: (partitions: readonly TopicPartition[], memberId: string) => void;
  /** The id this process had in the group before. It is removed first: otherwise the group waits until its session expires. */
  previousMemberId?: string;
  /** The membership has ended by itself. */
  onCrash: (error: Error) => void;
};

/** One membership in a consumer group. It is not used again after `onCrash` or `stop`. */
export type KafkaConsumer = {
  start(): Promise<void>;
  /** Waits for the current batch, then leaves the group. */
  stop(): Promise<void>;
};

export type TopicSettings = {
  name: string;
  partitions: number;
  /** What is set on a new topic, and corrected on an existing one. */
  config: Record<string, string>;
  /** The default of the brokers unless given. */
  replicationFactor?: number;
};

/** A topic is not as planned: a setting, or `partitions` or `replicationFactor`, which are never changed. */
export type TopicDifference = {
  topic: string;
  setting: string;
  found: string | null;
  planned: string;
  action: 'changed' | 'would be changed' | 'left';
};

export type KafkaAdmin = {
  /**
   * Creates missing topics and corrects the settings of `config` that differ; all others stay as their operator has set them. Returns the
   * names of the topics changed; with `dryRun`, of those it would change. `onDifference` gets what differs in topics that exist.
   */
  ensureTopics(
    plans: readonly TopicSettings[],
    options?: { dryRun?: boolean; onDifference?: (difference: TopicDifference) => void },
  ): Promise<string[]>;
  deleteTopics(names: readonly string[]): Promise<void>;
  /** The offsets that each partition holds now: from `first` to just before `end`, which is where an open transaction begins, if there is one. */
  offsetRanges(topics: readonly string[]): Promise<PartitionRange[]>;
  /** In each partition, the first offset written at `timestamp` or later; the end of the partition if there is none. */
  offsetsAt(topics: readonly string[], timestamp: Date): Promise<PartitionOffset[]>;
  /** The offsets that a group has committed; -1 where it has committed nothing. */
  committedOffsets(group: string, topics: readonly string[]): Promise<PartitionOffset[]>;
  close(): Promise<void>;
};

/** From `from` to just before `to`, about a megabyte at a time. `onMessages` returns whether to continue. */
export type PartitionReading = TopicPartition & {
  from: bigint;
  to: bigint;
  onMessages: (messages: readonly ReceivedMessage[]) => Promise<boolean>;
  /** Called for a record batch that cannot be read, which is then passed; unless given, reading rejects there. */
  onUnreadable?: (error: Error) => void;
};

/** The next messages of one partition, and the offset after them; records that nobody reads may lie before it. */
export type FollowedBatch = {
  partition: number;
  messages: readonly ReceivedMessage[];
  end: bigint;
  /** A record batch among them could not be read and was passed. */
  unreadable?: Error;
};

export type Following = {
  topic: string;
  /** Where to continue in this partition. */
  nextOffset: (partition: number) => bigint;
  /** The next messages of a partition of this broker are fetched when it resolves. */
  onBatch: (batch: FollowedBatch) => Promise<void>;
  /** The log does not hold the next offset of this partition; `follow` then rejects. */
  onOutOfRange: (partition: number) => void;
  /** Kafka has answered. */
  onAnswer: () => void;
  signal: AbortSignal;
};

/** `refused`: Kafka refuses the login, or an operation that this client needs. The log says which one. */
export type KafkaState = 'not asked yet' | 'ok' | 'away' | 'refused';

export type Kafka = {
  /** The result of the latest requests. */
  state(): KafkaState;
  /** Reads part of a partition without a consumer group. Resolves with the offset that was reached. */
  read(reading: PartitionReading): Promise<bigint>;
  /** Reads a topic without a consumer group until `signal` aborts; rejects when the connection fails. */
  follow(following: Following): Promise<void>;
  createProducer(): Producer;
  createConsumer(options: KafkaConsumerOptions): KafkaConsumer;
  admin: KafkaAdmin;
};
