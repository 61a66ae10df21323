/** The logger of a request, with its id in every line; created at the first line, as most requests log nothing. */

import type { FastifyBaseLogger, FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';

type LazyLogger = { parent: Logger; bindings: object; options: object; created: Logger | undefined };
type Factory = NonNullable<FastifyServerOptions['childLoggerFactory']>;
type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
type Line = [object: unknown, message?: string];

// Creating pino's child logger is 3 % of the cost of a small request, mainly because of its redaction.
const methods = {
  ...Object.fromEntries(
    (['trace', 'debug', 'info', 'warn', 'error', 'fatal'] satisfies Level[]).map((level) => [
      level,
      function log(this: LazyLogger, ...line: Line): void {
        if (this.parent.isLevelEnabled(level)) childOf(this)[level](...line);
      },
    ]),
  ),
  silent(): void {},
  child(this: LazyLogger, bindings: object): Logger {
    return childOf(this).child(bindings);
  },
};

/** Fastify's `childLoggerFactory`; the parent is always the logger that `createHttp` got. */
export const createRequestLog: Factory = (parent, bindings, options) => {
  const lazy = { __proto__: methods, parent, bindings, options, created: undefined, level: parent.level };
  return lazy as unknown as FastifyBaseLogger;
};

function childOf(lazy: LazyLogger): Logger {
  return (lazy.created ??= lazy.parent.child(lazy.bindings, lazy.options));
}
