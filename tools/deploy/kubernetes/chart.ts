// The chart and its values, as the commands that render and install it name them.

import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { services, type Service } from '../../dev/stack/services.ts';

export const chart = join(root, 'k8s/chart');
export const firstTry = join(root, 'k8s/first-try');
export const firstTryValues = join(firstTry, 'values.yaml');

/** The order in which they are installed: a service comes before those that call it. */
export const releases: readonly Service[] = services.toSorted((a, b) => rank(a) - rank(b));

export function valuesOf(service: Service): string {
  return join(root, 'k8s/values', `${service}.yaml`);
}

function rank(service: Service): number {
  return service === 'gateway' ? 1 : 0;
}
