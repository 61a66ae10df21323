// Separates transient errors (the same attempt may succeed later, so it is repeated without end) from those that a message causes.

import { RegistryUnavailableError } from '@oms/contracts';
import { isOutage, isOutcomeUnknown } from '@oms/outage';

// serialization_failure, deadlock_detected: another transaction was in the way.
const races = /^(40001|40P01)$/;

/** True for errors that may be over at the next attempt: of PostgreSQL, the network, the registry, or any with `transient: true`. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof RegistryUnavailableError) return true;
  // An unknown commit is repeated too: the inbox knows whether it took place.
  if (isOutage(error) || isOutcomeUnknown(error)) return true;
  const { transient, code } = error as { transient?: unknown; code?: unknown };
  if (transient === true || (typeof code === 'string' && races.test(code))) return true;
  return error.cause !== undefined && isTransient(error.cause);
}

/** The steps of applying messages, as far as an error's cause depends on them. */
export type ApplyStep = 'decode' | 'connect' | 'record' | 'apply';

/** Whether a message caused an error that is not transient, thrown at `step`. */
export function isCausedByMessage(step: ApplyStep, error: Error): boolean {
  // While a connection is opened, no message is in use.
  if (step === 'connect') return false;
  // An event id that is no UUID (class 22) is the message's fault; a missing inbox table is not.
  if (step === 'record') return (error as { code?: string }).code?.startsWith('22') === true;
  return true;
}

export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('A handler threw something that is no Error', { cause: thrown });
}
