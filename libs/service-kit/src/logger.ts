/** Structured logs: JSON lines without secrets, tokens, and postal or e-mail addresses. */

import { pino, type Logger } from 'pino';
import { traceIds } from './tracing/tracing.ts';

export type { Logger };

const secretKeys = ['authorization', 'cookie', 'password', 'secret', 'clientSecret', 'token', 'apiKey', 'databaseUrl'];
const addressKeys = ['deliveryAddress', 'email', 'recipient', 'line1', 'line2', 'postalCode'];
const censoredKeys = [...secretKeys, ...addressKeys];

export function createLogger({ name, level }: { name: string; level: string }): Logger {
  const options = {
    level,
    base: { name, pid: process.pid },
    mixin: () => traceIds() ?? {},
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    redact: { paths: [...censoredKeys, 'set-cookie'].flatMap(pathsOf), censor: '[redacted]' },
  };
  // Written synchronously: the last lines before a process is killed are the important ones.
  return pino(options, pino.destination({ fd: 1, sync: true }));
}

/** A key at the top level of a line, and up to two levels below. */
function pathsOf(key: string): string[] {
  return [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`];
}

/**
 * The error as it appears in a log line. Only known members are kept: database drivers put row values into `detail` and
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
