// A whole system for fault runs: a stack, the services built with failpoints, receivers of notifications, and a menu.

import { signIn, type ApiCaller } from '../../dev/client/client.ts';
import { services, type Stack } from '../../dev/stack/index.ts';
import { openEnvironment } from './environment.ts';
import { addMenu } from './menu.ts';
import type { Receivers } from './receivers.ts';
import { createTargetProcesses, type TargetProcesses } from './target-processes.ts';

export type SystemUnderTest = {
  stack: Stack;
  processes: TargetProcesses;
  receivers: Receivers;
  items: readonly string[];
  admin: ApiCaller;
  stop(): Promise<void>;
};

/** Up when every service is ready. */
export async function startSystemUnderTest(name: string): Promise<SystemUnderTest> {
  const environment = await openEnvironment(name);
  const { stack, receivers } = environment;
  try {
    const processes = await createTargetProcesses(stack, environment.folder, {
      ...environment.env,
      // Short, so that the sweeper has work in a short run.
      RESERVATION_HOLD_SECONDS: '1',
      SWEEP_INTERVAL_MS: '300',
    });
    for (const service of services) processes.of(service).start();
    await processes.allReady();
    const admin = await signIn({ gatewayUrl: processes.urls.gateway, issuerUrl: stack.issuerUrl }, 'admin');
    const items = await addMenu(admin);
    return {
      stack,
      processes,
      receivers,
      items,
      admin,
      async stop() {
        await processes.stop();
        await environment.stop();
      },
    };
  } catch (error) {
    await environment.stop();
    throw error;
  }
}
