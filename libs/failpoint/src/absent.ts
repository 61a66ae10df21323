// What stands in for failpoint.ts in the bundles that ship: nothing, which the bundler then leaves out.

import type { Failpoint } from './catalogue.ts';

export function failpoint(_name: Failpoint): void {}

export function failpointSoon(_name: Failpoint): void {}
