// Tells an absent database or network from a command that failed, by the shapes that Node, pg and PostgreSQL give their errors.

const codes = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|57P0|53300)/;
const texts =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

export function isOutage(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && codes.test(code)) || texts.test(error.message);
}
