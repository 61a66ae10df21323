/** The trace of a batch: that of its command when it has only one, the common case; else a trace of its own with links to theirs. */

import { context, ROOT_CONTEXT, trace, type Context, type SpanContext } from '@opentelemetry/api';

/** The trace that a command belongs to; undefined when it is not traced. */
export function traceOf(): SpanContext | undefined {
  return trace.getSpanContext(context.active());
}

/** Never runs in the trace of the command that happened to start the queue. */
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
