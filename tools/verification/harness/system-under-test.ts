// A whole system for fault runs: the stack, the services with their failpoints, the providers that count, and a menu.

import { signIn, type ApiCaller } from '../../dev/client/client.ts';
import { services, type Stack } from '../../dev/stack/index.ts';
import { openGround } from './environment.ts';
import { addMenu } from './menu.ts';
import type { Receivers } from './receivers.ts';
import { createVictims, type Victims } from './target-processes.ts';

export type Town = {
  stack: Stack;
  victims: Victims;
  receivers: Receivers;
  items: readonly string[];
  admin: ApiCaller;
  stop(): Promise<void>;
};

/** Up when every service is ready. */
export async function startTown(name: string): Promise<Town> {
  const ground = await openGround(name);
  const { stack, receivers } = ground;
  try {
    const victims = await createVictims(stack, ground.folder, {
      ...ground.env,
      // Soon, so that the sweeper has work in a short run.
      RESERVATION_HOLD_SECONDS: '1',
      SWEEP_INTERVAL_MS: '300',
    });
    for (const service of services) victims.of(service).start();
    await victims.allReady();
    const admin = await signIn({ gatewayUrl: victims.urls.gateway, issuerUrl: stack.issuerUrl }, 'admin');
    const items = await addMenu(admin);
    return {
      ...{ stack, victims, receivers, items, admin },
      async stop() {
        await victims.stop();
        await ground.stop();
      },
    };
  } catch (error) {
    await ground.stop();
    throw error;
  }
}
