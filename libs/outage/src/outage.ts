// The one list of what an outage looks like: errors of the database or the network that no command has caused and every command would get.
//
// By SQLSTATE (https://www.postgresql.org/docs/18/errcodes-appendix.html), the codes of Node and Prisma, and the texts of pg and its pool.

/**
 * 08 connection exception, also everything that PgBouncer reports about itself; 28 and 3D000 refused at the connection, as during a change
 * of credentials; 53 out of disk, memory or connections; 57P0 shutdown, crash, start; 58 I/O error; 25006 read-only, as after a failover;
 * 25P03 and 25P04 transaction cut by a timeout; 55P03 and 57014 lock or statement timeout.
 */
const sqlStates = /^(08...|28...|3D000|53...|57P0.|58...|25006|25P0[34]|55P03|57014)$/;
const systemCodes = /^(ECONN.*|EPIPE|ETIMEDOUT|EHOST.*|ENET.*|ENOTFOUND|EAI_.*|EADDRNOTAVAIL|EMFILE|ENFILE|ENOBUFS)$/;
/** Cannot connect, timeouts, connection closed by the server, no connection of the pool in time. */
const prismaCodes = /^(P1000|P1001|P1002|P1003|P1008|P1010|P1011|P1017|P2024|P2037)$/;
/** Of Prisma's adapter for pg, which replaces the code of some errors by a kind. */
const prismaKinds =
  /^(DatabaseNotReachable|DatabaseDoesNotExist|DatabaseAccessDenied|AuthenticationFailed|TlsConnectionError|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
/** Errors that pg and its pool throw without a code. */
const texts =
  /^(timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated|Client has encountered a connection error|Client was closed and is not queryable)/;

/** Whether `error`, or one of its causes, says that the database or the network is at fault. The same attempt may succeed later. */
export function isOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, originalCode, kind, message, cause, meta } = error as Record<string, unknown>;
  return (
    [code, originalCode].some((each) => matches(each, sqlStates, systemCodes, prismaCodes)) ||
    matches(kind, prismaKinds) ||
    matches(message, texts) ||
    isOutage(cause) ||
    isOutage((meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError)
  );
}

/** The reply to a COMMIT was lost: whether the change was stored is not known. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof Error && 'outcomeUnknown' in error && error.outcomeUnknown === true;
}

function matches(value: unknown, ...patterns: RegExp[]): boolean {
  return typeof value === 'string' && patterns.some((pattern) => pattern.test(value));
}
