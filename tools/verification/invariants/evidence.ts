// What the invariants are checked on: the tables of the four databases, the messages that Kafka keeps, and what the world outside has seen.
//
// Reading and checking are apart. Each check reads its rows by SQL through `Databases` (a pg pool, a client, or a session of the simulation)
// and its messages through `MessageLog` (Kafka, or a simulated broker), page by page, and hands them to pure functions that answer violations.
// Nothing here waits: call `checkLeftovers` until it answers none, then `checkInvariants` once nothing moves any more.

import type { Message } from '@oms/contracts';

/** As pg.Pool and pg.Client have it. */
export type Queryable = {
  query<R extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<{ rows: R[] }>;
};

export const databaseNames = ['order', 'inventory', 'analytics', 'notification'] as const;
export type Databases = Record<(typeof databaseNames)[number], Queryable>;

export type KeptMessage = {
  topic: string;
  partition: number;
  offset: bigint;
  headers: Readonly<Record<string, unknown>>;
  value: Buffer | null;
};

/** What a broker keeps. */
export type MessageLog = {
  /** Every message of these topics that is there now, each partition in its order. */
  read(topics: readonly string[], onMessage: (message: KeptMessage) => void | Promise<void>): Promise<void>;
  /** How many messages of these topics the group has not committed. */
  lagOf(group: string, topics: readonly string[]): Promise<bigint>;
};

/** How often the providers of notifications have accepted each one, as they counted themselves. */
export type Accepted = {
  /** By the notification's id: what Message-ID and webhook-id carry. */
  byId: ReadonlyMap<string, number>;
  /** Slack's posts carry no id: by their text. Left out, `byId` counts them too. */
  byText?: ReadonlyMap<string, number>;
};

export type Evidence = {
  databases: Databases;
  messages: MessageLog;
  /** False leaves out what needs the whole log in memory (about 300 bytes a message). */
  readLog?: boolean;
  /** Reads a message, so that rules with a condition can be checked; left out, only rules without one are. */
  decode?: (value: Buffer) => Promise<Message>;
  /** Ids of the orders that clients got with a 201. */
  accepted?: ReadonlySet<string> | undefined;
  /** The body of each such reply, as it was sent, where the client kept it. */
  replies?: ReadonlyMap<string, string> | undefined;
  /** Idempotency keys of every stock command (create, restock, adjust) that was answered with success, when all had one. */
  stockKeys?: ReadonlySet<string>;
  /** Left out, what the providers accepted is not checked. */
  provided?: Accepted;
  /** False while an analytics that knows no promises has read some of them. */
  promises?: boolean;
};
