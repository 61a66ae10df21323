// Whose trace a batch belongs to: that of its command when it has one, as is the common case; else its own, with links to theirs.

import { context, ROOT_CONTEXT, trace, type Context, type SpanContext } from '@opentelemetry/api';

/** Where a command comes from; undefined when it is not traced. */
export function traceOf(): SpanContext | undefined {
  return trace.getSpanContext(context.active());
}

/** Never within the trace of whoever happened to begin the queue. */
export function inTraceOf<T>(
  origins: readonly (SpanContext | undefined)[],
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const traced = origins.filter((origin) => origin !== undefined);
  const [only] = traced;
  if (only === undefined) return context.with(ROOT_CONTEXT, work);
  const isAlone = traced.length === 1;
  const parent: Context = isAlone ? trace.setSpanContext(ROOT_CONTEXT, only) : ROOT_CONTEXT;
  const options = {
    attributes: { 'oms.batch.size': origins.length },
    links: isAlone ? [] : traced.map((origin) => ({ context: origin })),
  };
  return trace.getTracer('@oms/group-commit').startActiveSpan(`commit ${name}`, options, parent, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}
