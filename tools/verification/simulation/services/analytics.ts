// A replica of analytics: its own composition on simulated ports. Nobody calls it.

import { compose } from '../../../../apps/analytics/src/app.ts';
import type { Handler } from './network.ts';
import type { ServicePorts } from './ports.ts';

export function startAnalytics({ exit, ...ports }: ServicePorts): Handler {
  void compose({ ...ports, onFatal: exit }).start();
  return () => Promise.reject(new Error('Nobody calls analytics in the simulation.'));
}
