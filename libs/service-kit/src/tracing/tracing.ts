/**
 * Traces of a process, by OpenTelemetry, sent where the standard variables say (OTEL_EXPORTER_OTLP_ENDPOINT). Without them, or with
 * OTEL_SDK_DISABLED=true, nothing of it is loaded, and every call below does nothing.
 */

import { context, propagation, trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { tracedAs } from '../config.ts';
import type { Sdk } from './sdk.ts';

type Headers = { readonly [name: string]: string | string[] | undefined };

let sdk: Sdk | undefined;

/** Before anything that is to be traced is made. @param name the service's, unless OTEL_SERVICE_NAME is set */
export async function startTracing(name: string): Promise<void> {
  const service = tracedAs(name);
  if (service === undefined) return;
  const { startSdk } = await import('./sdk.ts');
  sdk = startSdk(service);
}

/** Sends what is not sent yet, as long as that takes, at most 2 s. */
export async function stopTracing(): Promise<void> {
  const stopping = sdk;
  sdk = undefined;
  await stopping?.stop();
}

export function isTracing(): boolean {
  return sdk !== undefined;
}

/** A span for each request, but for those of probes and of whoever collects metrics. */
export async function addRequestTraces(app: FastifyInstance): Promise<void> {
  if (sdk) await app.register(sdk.requests());
}

/** What tells another process which trace it works for; empty outside of traces. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** The W3C trace context that what a request leads to belongs to: of our own span, or as the caller gave it, if it is one. */
export function traceparentOf({ traceparent }: Headers): string | undefined {
  const own = trace.getActiveSpan()?.spanContext();
  if (own) return `00-${own.traceId}-${own.spanId}-${own.traceFlags.toString(16).padStart(2, '0')}`;
  if (typeof traceparent !== 'string') return undefined;
  return /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent) ? traceparent : undefined;
}

/** The ids that a line of the log carries. */
export function traceIds(): { traceId: string; spanId: string } | undefined {
  const own = trace.getActiveSpan()?.spanContext();
  return own && { traceId: own.traceId, spanId: own.spanId };
}
