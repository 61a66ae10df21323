// Messages that cannot be applied go to `<topic>.dlq`: their own bytes, key and headers, and why, from where, after how many tries.

import { ContractError, contractErrorCodes, deadLetterTopicOf, type Topic } from '@oms/contracts';
import type { OutgoingMessage, Producer, ReceivedMessage } from '../kafka/client.ts';
import type { DeadLetterHeader } from '../headers.ts';

export type FailedMessage = { received: ReceivedMessage; error: Error; attempts: number };

const errorLengthMax = 500;

/** An earlier version of the same aggregate never came: this message was not tried. */
export class VersionGapError extends Error {
  constructor(o: { aggregateId: string; awaited: number; waitedMs: number }) {
    super(
      `Waited ${Math.round(o.waitedMs / 1_000)} s for version ${o.awaited} of ${o.aggregateId}. Put that one back first, then this one.`,
    );
    this.name = 'VersionGapError';
  }
}

/** Rejects when Kafka did not take them: then they must not be passed over. */
export async function sendDeadLetters(
  o: { producer: Producer; group: string },
  letters: readonly FailedMessage[],
): Promise<void> {
  await o.producer.send(letters.map((letter) => outgoing(letter, o.group)));
}

export const deadLetterReasons = [...contractErrorCodes, 'VERSION_GAP', 'APPLY_FAILED'] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

/** The code of what is wrong with the bytes, VERSION_GAP, or APPLY_FAILED. */
export function reasonOf(error: Error): DeadLetterReason {
  if (error instanceof VersionGapError) return 'VERSION_GAP';
  return error instanceof ContractError ? error.code : 'APPLY_FAILED';
}

function outgoing({ received, error, attempts }: FailedMessage, group: string): OutgoingMessage {
  const why: Record<DeadLetterHeader, string> = {
    dlq_reason: reasonOf(error),
    dlq_error: describe(error),
    dlq_topic: received.topic,
    dlq_partition: String(received.partition),
    dlq_offset: received.offset.toString(),
    dlq_at: new Date().toISOString(),
    dlq_attempts: String(attempts),
    dlq_consumer: group,
  };
  return {
    topic: deadLetterTopicOf(received.topic as Topic),
    key: received.key,
    value: received.value,
    headers: { ...received.headers, ...why },
  };
}

/** Name, SQLSTATE or code, and text; never the detail, where PostgreSQL quotes whole rows. */
function describe(error: Error): string {
  const { code } = error as { code?: unknown };
  const named = typeof code === 'string' ? `${error.name} ${code}` : error.name;
  return `${named}: ${error.message}`.slice(0, errorLengthMax);
}
