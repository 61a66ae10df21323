// Receives the spans of services as a collector does (OTLP over HTTP, as JSON), and keeps them in memory.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export type Span = {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  startMs: number;
  endMs: number;
  attributes: Record<string, unknown>;
};

export type TraceCollector = { url: string; spans: readonly Span[]; stop(): Promise<void> };

type Attribute = { key: string; value: Record<string, unknown> };
type SentSpan = Pick<Span, 'name' | 'traceId' | 'spanId'> & {
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: Attribute[];
};
type Request = {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: SentSpan[] }[];
  }[];
};

export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: Span[] = [];
  const server = createServer((request, reply) => {
    json(request).then(
      (body) => {
        spans.push(...spansOf(body as Request));
        reply.end('{}');
      },
      () => reply.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function spansOf({ resourceSpans }: Request): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map(({ name, traceId, spanId, parentSpanId, attributes, ...times }) => ({
        name,
        traceId,
        spanId,
        parentSpanId: parentSpanId ?? '',
        startMs: msOf(times.startTimeUnixNano),
        endMs: msOf(times.endTimeUnixNano),
        service: String(plain(resource.attributes)['service.name']),
        attributes: plain(attributes ?? []),
      })),
    ),
  );
}

/** Nanoseconds since 1970 do not fit into a number. */
function msOf(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1_000n) / 1_000;
}

function plain(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
