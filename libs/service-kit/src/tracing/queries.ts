/** A span for each statement that PostgreSQL gets within a trace. */

import { SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type pg from 'pg';
import { cutText } from '../text.ts';
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
      const onResult = (error: Error | null, ...rest: unknown[]) => {
        end(span, error);
        (callback as Query)(error, ...rest);
      };
      return query(...args.slice(0, -1), onResult);
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
  // Without its detail, which contains values of rows.
  if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  span.end();
}

/** The name of a prepared statement, or the first word of the statement. */
function nameOf(config: unknown): string {
  const { name } = config as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : (/\w+/.exec(textOf(config))?.[0] ?? 'query');
}

/** The text has no values: they are parameters. */
function textOf(config: unknown): string {
  const text = typeof config === 'string' ? config : (config as { text?: unknown }).text;
  return typeof text === 'string' ? cutText(text.replace(/\s+/g, ' ').trim(), 2_000) : '';
}
