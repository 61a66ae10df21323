/** Each process has one registry of metrics, with Node's own process metrics already in it. */

import { collectDefaultMetrics, Registry } from 'prom-client';

export type MetricsRegistry = Registry;

/** @param name the service's name; it becomes the label `service` of every metric */
export function createMetrics(name: string): MetricsRegistry {
  const registry = new Registry();
  registry.setDefaultLabels({ service: name });
  collectDefaultMetrics({ register: registry });
  return registry;
}
