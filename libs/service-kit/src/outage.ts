/** Distinguishes an unreachable database from a failed statement, by the error codes and texts of Node, pg, PostgreSQL and Prisma. */
import { Refusal } from './refusal.ts';

const codes =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|57P0|53300|P1001|P1002|P1008|P1017|P2024)/;
const kinds = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
const texts =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

/**
 * For `.catch`: an outage becomes a Refusal with this code, which asks the caller to retry; any other error is rethrown.
 * @param away one sentence: what cannot be reached
 */
export function refusingOutage({ code, away }: { code: string; away: string }): (error: unknown) => never {
  return (error) => {
    if (isOutcomeUnknown(error)) {
      const detail = 'Whether the change was stored is not known. Send the same request again; it is carried out once.';
      throw new Refusal(code, detail);
    }
    if (!isOutage(error)) throw error;
    throw new Refusal(code, `${away} Send the same request again.`);
  };
}

/** The reply to a COMMIT was lost. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof Error && 'outcomeUnknown' in error && error.outcomeUnknown === true;
}

export function isOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, kind, message, cause } = error as Record<string, unknown>;
  return matches(code, codes) || matches(kind, kinds) || matches(message, texts) || isOutage(cause);
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
