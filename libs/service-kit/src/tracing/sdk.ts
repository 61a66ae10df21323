/** The OpenTelemetry SDK of our processes: traces only, batched, over OTLP. Loaded only when traces are exported. */

import { FastifyOtelInstrumentation } from '@fastify/otel';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { FastifyPluginCallback } from 'fastify';

export type Sdk = {
  /** The Fastify plugin that creates a span for each request. */
  requests(): FastifyPluginCallback;
  stop(): Promise<void>;
};

const flushMsMax = 2_000;

/** OpenTelemetry's own variables configure sampler, batches and exporter: OTEL_TRACES_SAMPLER, OTEL_BSP_*, OTEL_EXPORTER_OTLP_*. */
export function startSdk(service: string): Sdk {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.namespace': 'oms' }))
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(resourceFromAttributes({ 'service.name': service }));
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    requests: createRequests,
    async stop() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, flushMsMax)));
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}

function createRequests(): FastifyPluginCallback {
  const requests = new FastifyOtelInstrumentation({
    instrumentHooks: false,
    instrumentHandler: false,
    requestHook(span, request) {
      span.updateName(`${request.method} ${request.routeOptions.url ?? 'none'}`);
      // Without the query: filters may contain personal data.
      span.setAttribute('url.path', request.url.split('?', 1)[0] ?? '');
      span.setAttribute('oms.request_id', request.id);
    },
  });
  return requests.plugin();
}
