// What this library asks of a Kafka client, so that another client can stand behind kafka.ts.

export type HeaderValue = Buffer | string;
export type MessageHeaders = Record<string, HeaderValue | HeaderValue[]>;

export type OutgoingMessage = {
  topic: string;
  /** Messages of one key keep their order; the partition is murmur2(key), as in Kafka's own clients. */
  key: Buffer | string | null;
  value: Buffer | null;
  headers: MessageHeaders;
};

export type Producer = {
  /** Resolves when every message is acknowledged by all in-sync replicas; rejects when any of them may not be. */
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

/** Consecutive messages of one partition. */
export type ReceivedBatch = {
  topic: string;
  partition: number;
  messages: readonly ReceivedMessage[];
  /** Commits the offset after `message`; rejects when the partition has meanwhile gone to another member. */
  commitThrough(message: ReceivedMessage): Promise<void>;
  /** Tells the group that this member is alive; rejects when the group is rebalancing. Cheap to call often. */
  heartbeat(): Promise<void>;
  /** False when the consumer is stopping: leave the rest of the batch uncommitted. */
  isRunning(): boolean;
};

export type TopicPartition = { topic: string; partition: number };
export type PartitionOffset = TopicPartition & { offset: bigint };
export type PartitionRange = TopicPartition & { first: bigint; end: bigint };

export type ConsumerOptions = {
  group: string;
  topics: readonly string[];
  onBatch: (batch: ReceivedBatch) => Promise<void>;
  /** Joined, as `member`. */
  onAssigned: (partitions: readonly TopicPartition[], member: string) => void;
  /** Who this process was in the group before: sent away first, as the group would wait for it until its session is over. */
  predecessor?: string;
  /** The membership has ended by itself. */
  onCrash: (error: Error) => void;
};

/** One membership in a consumer group: it is not reused after onCrash or stop. */
export type KafkaConsumer = {
  start(): Promise<void>;
  /** Lets the current batch end, then leaves the group. */
  stop(): Promise<void>;
};

export type TopicSettings = {
  name: string;
  partitions: number;
  config: Record<string, string>;
  /** The brokers' default unless given. */
  replicationFactor?: number;
};

export type KafkaAdmin = {
  /** Creates what is missing and corrects settings that differ; answers the names it touched, or would with `dryRun`. */
  ensureTopics(plans: readonly TopicSettings[], o?: { dryRun?: boolean }): Promise<string[]>;
  deleteTopics(names: readonly string[]): Promise<void>;
  /** Which offsets each partition holds now: from `first` to just before `end`. */
  offsetRanges(topics: readonly string[]): Promise<PartitionRange[]>;
  /** Where each partition goes on with what was written at this moment or later; its end where nothing was. */
  offsetsAt(topics: readonly string[], moment: Date): Promise<PartitionOffset[]>;
  /** What a group has committed; -1 where it has committed nothing. */
  committedOffsets(group: string, topics: readonly string[]): Promise<PartitionOffset[]>;
  close(): Promise<void>;
};

/** From `from` to just before `to`, in pieces of about a megabyte. `onMessages` answers whether to go on. */
export type PartitionReading = TopicPartition & {
  from: bigint;
  to: bigint;
  onMessages: (messages: readonly ReceivedMessage[]) => Promise<boolean>;
};

/** `refused`: it does not let us in, or not do something that was asked of it; what and whom, the log says. */
export type KafkaState = 'not asked yet' | 'ok' | 'away' | 'refused';

export type Kafka = {
  /** As it was when it was asked last. */
  state(): KafkaState;
  /** What lies in a partition now, read without any group. */
  read(o: PartitionReading): Promise<void>;
  createProducer(): Producer;
  createConsumer(o: ConsumerOptions): KafkaConsumer;
  admin: KafkaAdmin;
};
