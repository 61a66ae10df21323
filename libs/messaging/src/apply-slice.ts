// One try at consecutive messages of a partition: inbox and effect in one transaction, unreadable ones to the dead letters.

import { ContractError, type Codec, type Message } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import type { ReceivedMessage } from './broker.ts';
import type { Apply } from './consumer.ts';
import type { DeadLetter } from './dead-letters.ts';
import { isPassing } from './failure.ts';
import { recordNew } from './inbox.ts';
import type { StoredMessage } from './outbox.ts';
import { inTransaction } from './transaction.ts';

export type SliceOutcome =
  | {
      done: true;
      applied: number;
      repeats: number;
      stored: readonly StoredMessage[];
      unreadable: readonly DeadLetter[];
    }
  | { done: false; passing: boolean; error: Error };

export type SliceOptions = { pool: pg.Pool; codec: Codec; group: string; apply: Apply };

/** Never throws. `passing` says whether the same try may succeed later; otherwise it is the fault of one of the messages. */
export async function applySlice(o: SliceOptions, slice: readonly ReceivedMessage[]): Promise<SliceOutcome> {
  // Until the messages themselves are touched, whatever fails is not their fault.
  let step: 'decode' | 'connect' | 'record' | 'apply' = 'decode';
  try {
    const { messages, unreadable } = await decode(o.codec, slice);
    if (messages.length === 0) return { done: true, applied: 0, repeats: 0, stored: [], unreadable };
    step = 'connect';
    const { topic } = slice[0]!;
    let applied = 0;
    const stored = await inTransaction(o.pool, async (client) => {
      step = 'record';
      const fresh = await recordNew(client, { group: o.group, topic, messages });
      failpoint('consumer.inbox_written');
      step = 'apply';
      applied = fresh.length;
      if (fresh.length === 0) return undefined;
      const stored = await o.apply(client, fresh);
      failpoint('consumer.effect_written');
      return stored;
    });
    return { done: true, applied, repeats: messages.length - applied, stored: stored ?? [], unreadable };
  } catch (thrown) {
    const error =
      thrown instanceof Error ? thrown : new Error('A handler threw something that is no Error', { cause: thrown });
    return { done: false, passing: isPassing(error) || !blames(step, error), error };
  }
}

async function decode(codec: Codec, slice: readonly ReceivedMessage[]) {
  const messages: Message[] = [];
  const unreadable: DeadLetter[] = [];
  for (const received of slice) {
    try {
      if (received.value === null) throw new ContractError('UNREADABLE', 'The message has no value.');
      messages.push(await codec.decode(received.value));
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      unreadable.push({ received, error, attempts: 1 });
    }
  }
  return { messages, unreadable };
}

function blames(step: 'decode' | 'connect' | 'record' | 'apply', error: Error): boolean {
  if (step === 'connect') return false;
  // An event id that is no UUID (class 22) is the message's fault; a missing inbox table is not.
  if (step === 'record') return (error as { code?: string }).code?.startsWith('22') === true;
  return true;
}
