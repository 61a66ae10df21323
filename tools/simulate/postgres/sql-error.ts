// Errors as PostgreSQL words them to pg: a SQLSTATE in `code`, and whether the session survives in `severity`.

export class SqlError extends Error {
  readonly code: string;
  readonly severity: 'ERROR' | 'FATAL';
  readonly constraint: string | undefined;

  constructor(code: string, message: string, o: { fatal?: boolean; constraint?: string } = {}) {
    super(message);
    this.name = 'error';
    this.code = code;
    this.severity = o.fatal ? 'FATAL' : 'ERROR';
    this.constraint = o.constraint;
  }
}
