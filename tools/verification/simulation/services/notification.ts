// A replica of notification: its own composition on simulated ports; the providers are simulated.

import { compose } from '../../../../apps/notification/src/app.ts';
import type { Handler } from './network.ts';
import type { ServicePorts } from './ports.ts';

export function startNotification({ process, providers, exit, ...ports }: ServicePorts): Handler {
  const parts = compose(
    { ...ports, senders: providers.sendersFor(process), onFatal: exit },
    { pollMs: 2_000, leaseMs: 9_000 },
  );
  void parts.start();
  return async (_path, body) => ({ known: await parts.retry((body as { id: string }).id) });
}
