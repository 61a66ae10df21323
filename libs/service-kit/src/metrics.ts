/** The metrics registry of a process, with the process metrics of Node. */

import { collectDefaultMetrics, Registry } from 'prom-client';

export type MetricsRegistry = Registry;

/** @param name the service's name; it becomes the label `service` of every metric */
export function createMetrics(name: string): MetricsRegistry {
  const registry = new Registry();
  registry.setDefaultLabels({ service: name });
  collectDefaultMetrics({ register: registry });
  return registry;
}
