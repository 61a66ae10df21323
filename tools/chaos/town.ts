// A whole system for fault runs: the stack, the services with their failpoints, the providers that count, and a menu.

import { join } from 'node:path';
import { signIn, type ApiCaller } from '../client/client.ts';
import { root } from '../migrate/databases.ts';
import { clearData } from '../stack/clear-data.ts';
import { dataFolder } from '../stack/data-folder.ts';
import { freePorts, services, startStack, type Stack } from '../stack/index.ts';
import { addMenu } from './menu.ts';
import { startReceivers, type Receivers } from './receivers.ts';
import { createVictims, type Victims } from './victims.ts';

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
  const folder = join(root, '.data', name);
  await clearData(dataFolder(folder));
  const [stack, receivers] = await Promise.all([
    startStack({ dataDir: folder, ports: await freePorts() }),
    startReceivers(),
  ]);
  const stopStack = async () => {
    await stack.stop();
    await receivers.stop();
  };
  try {
    const { smtpUrl, slackUrl, webhookUrl } = receivers;
    const victims = await createVictims(stack, folder, {
      SMTP_URL: smtpUrl,
      SLACK_WEBHOOK_URL: slackUrl,
      WEBHOOK_URL: webhookUrl,
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
        await stopStack();
      },
    };
  } catch (error) {
    await stopStack();
    throw error;
  }
}
