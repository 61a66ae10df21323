// A replica of analytics: its own composition on simulated ports. Nobody calls it.

import { compose } from '../../../../apps/analytics/src/app.ts';
import type { Door } from './calls.ts';
import type { Surroundings } from './house.ts';

export function startAnalytics({ exit, ...ports }: Surroundings): Door {
  void compose({ ...ports, onFatal: exit }).start();
  return () => Promise.reject(new Error('Nobody calls analytics in the simulation.'));
}
