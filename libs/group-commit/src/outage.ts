/** Distinguishes an unreachable database from a failed command, by the error codes and texts of Node, pg and PostgreSQL. */

const codes = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|57P0|53300)/;
const texts =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

export function isOutage(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && codes.test(code)) || texts.test(error.message);
}
