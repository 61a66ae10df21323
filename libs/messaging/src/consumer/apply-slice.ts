// One try at consecutive messages of a partition: inbox, versions and effect in one transaction, unreadable ones to the dead letters.

import { ContractError, type Codec } from '@oms/contracts';
import type pg from 'pg';
import { applyInTurn, type Arrival, type Progressed, type Trace } from './apply.ts';
import type { ReceivedMessage } from '../kafka/client.ts';
import type { Apply } from './consumer.ts';
import type { FailedMessage } from '../dead-letters/dead-letters.ts';
import { isPassing } from './error-classification.ts';
import { inTransaction } from '../outbox/transaction.ts';

export type SliceOutcome =
  (Progressed & { done: true; unreadable: readonly FailedMessage[] }) | { done: false; passing: boolean; error: Error };

export type SliceOptions = { pool: pg.Pool; codec: Codec; group: string; apply: Apply };

/** So many parked messages get their turn in one transaction; the keeper of the parked goes on with the rest. */
const releaseMax = 500;

/** Never throws. `passing` says whether the same try may succeed later; otherwise it is the fault of one of the messages. */
export async function applySlice(o: SliceOptions, slice: readonly ReceivedMessage[]): Promise<SliceOutcome> {
  let unreadable: FailedMessage[] = [];
  const trace: Trace = { step: 'decode', released: 0 };
  try {
    const decoded = await decode(o.codec, slice);
    unreadable = decoded.unreadable;
    if (decoded.readable.length === 0) return { ...nothing, done: true, unreadable };
    return { ...(await applyAll(o, decoded.readable, trace)), done: true, unreadable };
  } catch (thrown) {
    const error = errorOf(thrown);
    return { done: false, passing: isPassing(error) || !blames(trace.step, error), error };
  }
}

/** Whether what was thrown at `step` is the fault of the messages. */
export function blames(step: Trace['step'], error: Error): boolean {
  // Until the messages themselves are touched, whatever fails is not their fault.
  if (step === 'connect') return false;
  // An event id that is no UUID (class 22) is the message's fault; a missing inbox table is not.
  if (step === 'record') return (error as { code?: string }).code?.startsWith('22') === true;
  return true;
}

export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('A handler threw something that is no Error', { cause: thrown });
}

const nothing: Progressed = { applied: 0, repeats: 0, older: 0, parked: 0, released: 0, more: false, stored: [] };

async function applyAll(o: SliceOptions, arrivals: readonly Arrival[], trace: Trace): Promise<Progressed> {
  const { topic, partition } = arrivals[0]!.received;
  const tryWith = (max: number) => {
    Object.assign(trace, { step: 'connect', released: 0 });
    return inTransaction(o.pool, (client) =>
      applyInTurn(client, o, { topic, partition, arrivals, releaseMax: max }, trace),
    );
  };
  try {
    return await tryWith(releaseMax);
  } catch (thrown) {
    const error = errorOf(thrown);
    if (trace.released === 0 || isPassing(error) || !blames(trace.step, error)) throw error;
    // It may be the fault of one that was parked: what arrives now must not pay for that. The keeper tries those one by one.
    return { ...(await tryWith(0)), more: true };
  }
}

async function decode(codec: Codec, slice: readonly ReceivedMessage[]) {
  const readable: Arrival[] = [];
  const unreadable: FailedMessage[] = [];
  for (const received of slice) {
    try {
      if (received.value === null) throw new ContractError('UNREADABLE', 'The message has no value.');
      readable.push({ message: await codec.decode(received.value), received });
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      unreadable.push({ received, error, attempts: 1 });
    }
  }
  return { readable, unreadable };
}
