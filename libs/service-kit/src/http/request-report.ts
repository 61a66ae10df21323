/** One measurement and one log line per request: debug for success, info for errors of the caller (4xx), error for ours (5xx). */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function addRequestReport(app: FastifyInstance, metrics: Registry): void {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its reply, and of an event stream to its begin',
    labelNames: ['method', 'route', 'status'] as const,
    buckets,
    registers: [metrics],
  });
  app.addHook('onResponse', (request, reply, done) => {
    // The pattern of the route and not the URL: the number of label values must be bounded.
    const route = request.routeOptions.url ?? 'none';
    const durationMs = request.deadline.liftedAfterMs() ?? reply.elapsedTime;
    durations.observe({ method: request.method, route, status: reply.statusCode }, durationMs / 1000);
    log(request, reply);
    done();
  });
}

function log(request: FastifyRequest, reply: FastifyReply): void {
  const status = reply.statusCode;
  const level = status >= 500 ? 'error' : status >= 400 ? 'info' : 'debug';
  // Without the query: filters may contain personal data.
  const path = request.url.split('?', 1)[0];
  const caller = (request.caller as typeof request.caller | undefined)?.id;
  const ms = Math.round(reply.elapsedTime * 10) / 10;
  request.log[level]({ method: request.method, path, status, ms, caller }, 'request');
}
