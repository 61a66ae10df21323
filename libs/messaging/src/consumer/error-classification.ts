// Separates transient errors (the same attempt may succeed later, so it is repeated without end) from those that a message causes.

import { RegistryUnavailableError } from '@oms/contracts';

// SQLSTATE: 08 connection, 40001 serialization failure, 40P01 deadlock, 53 out of resources, 55P03 and 57014 lock or statement
// timeout, 57P0 server shuts down or starts, 58 system error, 25006 a stand-by that is not primary yet, 25P03 idle timeout.
const sqlStates = /^(08...|40001|40P01|53...|55P03|57014|57P0.|58...|25006|25P03)$/;
const systemCodes = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;
// Errors that pg and its pool throw without a code.
const texts =
  /timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable|Query read timeout/;

/** True for errors that may be over at the next attempt: of PostgreSQL, the network, the registry, or any with `transient: true`. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof RegistryUnavailableError) return true;
  const { transient, outcomeUnknown, code } = error as {
    transient?: unknown;
    outcomeUnknown?: unknown;
    code?: unknown;
  };
  // An unknown commit is repeated too: the inbox knows whether it took place.
  if (transient === true || outcomeUnknown === true) return true;
  if (typeof code === 'string' && (sqlStates.test(code) || systemCodes.test(code))) return true;
  return texts.test(error.message) || (error.cause !== undefined && isTransient(error.cause));
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
