/** Structured logs: JSON lines that never carry a secret, a token or a postal or mail address. */

import { pino, type Logger } from 'pino';
import { traceIds } from './tracing/tracing.ts';

export type { Logger };

const secretKeys = ['authorization', 'cookie', 'password', 'secret', 'clientSecret', 'token', 'apiKey', 'databaseUrl'];
const addressKeys = ['deliveryAddress', 'email', 'recipient', 'line1', 'line2', 'postalCode'];
const censoredKeys = [...secretKeys, ...addressKeys];

export function createLogger(o: { name: string; level: string }): Logger {
  const options = {
    level: o.level,
    base: { name: o.name, pid: process.pid },
    mixin: () => traceIds() ?? {},
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    redact: { paths: [...censoredKeys, 'set-cookie'].flatMap(pathsOf), censor: '[redacted]' },
  };
  // Written at once: the last lines of a process that is killed are the ones that are wanted, and in their order.
  return pino(options, pino.destination({ fd: 1, sync: true }));
}

/** A key at the top of a line, one level down and two. */
function pathsOf(key: string): string[] {
  return [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`];
}

/**
 * What a log line says of an error. Only known members are kept: database drivers put row values into `detail` and
 * `parameters`, HTTP clients put whole requests into their errors.
 */
export function describeError(error: unknown): { message: string; [member: string]: unknown } {
  if (!(error instanceof Error)) return { message: maskCredentials(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: describeCause(error.cause) };
  return {
    type: error.name,
    message: maskCredentials(error.message),
    ...code,
    stack: maskCredentials(error.stack ?? ''),
    ...cause,
  };
}

function describeCause(cause: unknown): string {
  const text = cause instanceof Error ? `${cause.name}: ${cause.message || errorCode(cause)}` : String(cause);
  return maskCredentials(text);
}

function errorCode(error: Error): string {
  return 'code' in error ? String(error.code) : 'no message';
}

function maskCredentials(text: string): string {
  return text.replace(/:\/\/[^@/\s]+@/g, '://[redacted]@');
}
