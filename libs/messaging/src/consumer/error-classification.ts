// Tells what passes by itself (try again, without end) from what stays wrong (the message's own fault).

import { RegistryUnavailableError } from '@oms/contracts';

// SQLSTATE: 08 connection, 40001 and 40P01 lost races, 53 out of resources, 55P03 and 57014 waited too long for a lock or
// an answer, 57P0 shutting down or starting, 58 the system below, 25006 a stand-by is not the primary yet.
const sqlStates = /^(08...|40001|40P01|53...|55P03|57014|57P0.|58...|25006|25P03)$/;
const systemCodes = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;
// What pg and its pool say without a code.
const texts =
  /timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable|Query read timeout/;

/** True for failures that may be over at the next try: of PostgreSQL, the network, the registry, or anything with `transient: true`. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof RegistryUnavailableError) return true;
  const { transient, outcomeUnknown, code } = error as {
    transient?: unknown;
    outcomeUnknown?: unknown;
    code?: unknown;
  };
  // An unknown commit is tried again too: the inbox knows whether it had happened.
  if (transient === true || outcomeUnknown === true) return true;
  if (typeof code === 'string' && (sqlStates.test(code) || systemCodes.test(code))) return true;
  return texts.test(error.message) || (error.cause !== undefined && isPassing(error.cause));
}
