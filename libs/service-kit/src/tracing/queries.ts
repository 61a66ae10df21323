/** A span for each statement that is sent to PostgreSQL on behalf of something that is traced. */

import { SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type pg from 'pg';
import { isTracing } from './tracing.ts';

type Query = (...args: unknown[]) => unknown;

export function traceQueries(client: pg.PoolClient): void {
  if (!isTracing()) return;
  const tracer = trace.getTracer('@oms/service-kit');
  const query = client.query.bind(client) as Query;
  const traced: Query = (...args) => {
    if (trace.getActiveSpan() === undefined) return query(...args);
    const attributes = { 'db.system.name': 'postgresql', 'db.query.text': textOf(args[0]) };
    const span = tracer.startSpan(nameOf(args[0]), { kind: SpanKind.CLIENT, attributes });
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      const tell = (error: Error | null, ...rest: unknown[]) => {
        end(span, error);
        (callback as Query)(error, ...rest);
      };
      return query(...args.slice(0, -1), tell);
    }
    const answer = query(...args);
    void Promise.resolve(answer).then(
      () => end(span, null),
      (error: Error) => end(span, error),
    );
    return answer;
  };
  client.query = traced as typeof client.query;
}

function end(span: Span, error: Error | null): void {
  // Not its detail: that has the values of rows.
  if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  span.end();
}

/** The name a prepared statement has, or its first word. */
function nameOf(config: unknown): string {
  const { name } = config as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : (/\w+/.exec(textOf(config))?.[0] ?? 'query');
}

/** Values are never in the text: they travel beside it. */
function textOf(config: unknown): string {
  const text = typeof config === 'string' ? config : (config as { text?: unknown }).text;
  return typeof text === 'string' ? text.replace(/\s+/g, ' ').trim().slice(0, 2_000) : '';
}
