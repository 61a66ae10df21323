/** Tells a database that is away from a statement that failed, by the shapes Node, pg, PostgreSQL and Prisma give errors. */

import { CommitUnknownError } from '@oms/messaging';
import { Refusal } from '@oms/service-kit';

const codes =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|57P0|53300|P1001|P1002|P1008|P1017|P2024)/;
const kinds = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
const texts =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

export function isOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, kind, message, cause } = error as {
    code?: unknown;
    kind?: unknown;
    message?: unknown;
    cause?: unknown;
  };
  const says = (value: unknown, shape: RegExp) => typeof value === 'string' && shape.test(value);
  return says(code, codes) || says(kind, kinds) || says(message, texts) || isOutage(cause);
}

/** For `.catch`: an outage becomes a refusal that asks the caller to come back; any other error goes on as it is. */
export function refuseOutage(error: unknown): never {
  if (error instanceof CommitUnknownError) {
    const detail = 'Whether the change was stored is not known. Send the same request again; it is carried out once.';
    throw new Refusal('ORDERS_UNAVAILABLE', detail);
  }
  if (!isOutage(error)) throw error;
  throw new Refusal('ORDERS_UNAVAILABLE', 'The orders cannot be reached at the moment. Send the same request again.');
}
