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

/** What was done with a message when an error was thrown. */
export type Step = 'decode' | 'connect' | 'record' | 'apply' | 'dead-letter';

/** Whether the same attempt may succeed later. Otherwise the message is the cause, and each attempt would end like this one. */
export function isTemporary(step: Step, error: Error): boolean {
  return isTransient(error) || !isCausedByMessage(step, error);
}

/** What the broker refuses because of the message itself. All other refusals, such as of a permission, may be over later. */
const refusedContent = /^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE|INVALID_RECORD|CORRUPT_MESSAGE|INVALID_TIMESTAMP)$/;

/** Whether a message caused an error that is not transient, thrown at `step`. */
export function isCausedByMessage(step: Step, error: Error): boolean {
  // While a connection is opened, no message is in use.
  if (step === 'connect') return false;
  // An event id that is no UUID (class 22) is the message's fault; a missing inbox table is not.
  if (step === 'record') return (error as { code?: string }).code?.startsWith('22') === true;
  if (step === 'dead-letter') return isRefusedContent(error);
  return true;
}

/** Of the broker, or of the client, which cannot encode it. kafkajs wraps errors: as the cause, or as one of several. */
function isRefusedContent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { type = '', errors = [] } = error as { type?: string; errors?: unknown[] };
  if (refusedContent.test(type) || error instanceof TypeError || error instanceof RangeError) return true;
  return [error.cause, ...errors].some(isRefusedContent);
}

export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('A handler threw something that is no Error', { cause: thrown });
}
