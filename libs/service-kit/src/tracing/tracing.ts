/**
 * Traces of a process with OpenTelemetry, exported to OTEL_EXPORTER_OTLP_ENDPOINT. Without that variable, or with OTEL_SDK_DISABLED=true,
 * the SDK is not loaded, and every call below does nothing.
 */

import { context, propagation, trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { tracedAs } from '../config.ts';
import type { Sdk } from './sdk.ts';

type Headers = { readonly [name: string]: string | string[] | undefined };

let sdk: Sdk | undefined;

/** Call it before anything that is traced is created. @param name of the service; OTEL_SERVICE_NAME has priority */
export async function startTracing(name: string): Promise<void> {
  const service = tracedAs(name);
  if (service === undefined) return;
  const { startSdk } = await import('./sdk.ts');
  sdk = startSdk(service);
}

/** Exports the remaining spans, for at most 2 s. */
export async function stopTracing(): Promise<void> {
  const stopping = sdk;
  sdk = undefined;
  await stopping?.stop();
}

export function isTracing(): boolean {
  return sdk !== undefined;
}

/** A span for each request of the main port. */
export async function addRequestTraces(app: FastifyInstance): Promise<void> {
  if (sdk) await app.register(sdk.requests());
}

/** The headers that carry the trace to another process; empty outside of a trace. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** The W3C trace context for messages that a request causes: that of our own span, else the caller's if it is valid. */
export function traceparentOf({ traceparent }: Headers): string | undefined {
  const own = trace.getActiveSpan()?.spanContext();
  if (own) return `00-${own.traceId}-${own.spanId}-${own.traceFlags.toString(16).padStart(2, '0')}`;
  if (typeof traceparent !== 'string') return undefined;
  return /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent) ? traceparent : undefined;
}

/** The trace ids for log lines. */
export function traceIds(): { traceId: string; spanId: string } | undefined {
  const own = trace.getActiveSpan()?.spanContext();
  return own && { traceId: own.traceId, spanId: own.spanId };
}
