// The statements that a service sends to its database for one order, read from PostgreSQL's own log, so that the comparison
// is always with what the services do today.
import { readFileSync } from 'node:fs';
import pg from 'pg';

/** `text` has `$1`, ...; `values` are literals as PostgreSQL writes them: `'{"..."}'` or `NULL`. */
export type Statement = { text: string; values: readonly string[] };

const settings = { log_statement: "'all'", log_error_verbosity: "'default'", log_parameter_max_length: '-1' };

/** New sessions of these databases write each statement with its parameters into the log; the returned function ends it. */
export async function logStatements(
  adminDatabaseUrl: string,
  databases: readonly string[],
): Promise<() => Promise<void>> {
  const change = async (how: (name: string, value: string) => string) => {
    const client = new pg.Client({ connectionString: adminDatabaseUrl });
    await client.connect();
    try {
      for (const database of databases) {
        for (const [name, value] of Object.entries(settings))
          await client.query(`ALTER DATABASE ${client.escapeIdentifier(database)} ${how(name, value)}`);
      }
    } finally {
      await client.end();
    }
  };
  await change((name, value) => `SET ${name} = ${value}`);
  return () => change((name) => `RESET ${name}`);
}

/**
 * The work that one order was to a database: each transaction and each single statement with the order's id in it. A consumer's, which
 * has the inbox in it, is left out, and so is what the relay removes: pgbench does neither.
 */
export function statementsOf(logFile: string, orderId: string, from: number): Statement[][] {
  const units = unitsOf(readLog(readFileSync(logFile, 'utf8').slice(from)));
  return units.filter(
    (unit) =>
      unit.some(({ values }) => values.some((value) => value.includes(orderId))) &&
      !unit.some(({ text }) => /messaging\.inbox|DELETE FROM messaging\.outbox/.test(text)),
  );
}

type Line = Statement & { session: string };

/** An entry begins with a time and the session's process; what belongs to it follows after a tab. */
function readLog(log: string): Line[] {
  const lines: Line[] = [];
  const entry = /^\d{4}-\d\d-\d\d [\d:.]+ UTC \[(\d+)\] (LOG|DETAIL): {2}(.*(?:\n\t.*)*)/gm;
  for (const [, session = '', kind, raw = ''] of log.matchAll(entry)) {
    const text = raw.replaceAll('\n\t', '\n');
    const statement = /^(?:execute [^:]*|statement): (.*)$/s.exec(text)?.[1];
    if (kind === 'LOG' && statement !== undefined) lines.push({ session, text: statement.trim(), values: [] });
    const parameters = /^Parameters: (.*)$/is.exec(text)?.[1];
    const last = lines.findLast((line) => line.session === session);
    if (kind === 'DETAIL' && parameters !== undefined && last) last.values = valuesIn(parameters);
  }
  return lines;
}

function valuesIn(parameters: string): string[] {
  return [...parameters.matchAll(/\$\d+ = (NULL|'(?:[^']|'')*')/g)].map(([, value = 'NULL']) => value);
}

function unitsOf(lines: readonly Line[]): Statement[][] {
  const units: Statement[][] = [];
  const open = new Map<string, Statement[]>();
  for (const { session, ...statement } of lines) {
    const unit = open.get(session);
    if (statement.text === 'BEGIN') open.set(session, [statement]);
    else if (unit === undefined) units.push([statement]);
    else {
      unit.push(statement);
      if (!/^(COMMIT|ROLLBACK)$/.test(statement.text)) continue;
      units.push(unit);
      open.delete(session);
    }
  }
  return units;
}
