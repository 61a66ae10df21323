// What a whole system of a proof's own stands on: a stack with nothing in it, and providers that count what they are sent.

import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { freePorts, startStack, type Stack } from '../../dev/stack/index.ts';
import { startReceivers, type Receivers } from './receivers.ts';

export type Ground = {
  folder: string;
  stack: Stack;
  receivers: Receivers;
  /** Where services send to these receivers. */
  env: { SMTP_URL: string; SLACK_WEBHOOK_URL: string; WEBHOOK_URL: string };
  stop(): Promise<void>;
};

export async function openGround(name: string): Promise<Ground> {
  const folder = join(root, '.data', name);
  await clearData(dataFolder(folder));
  const [stack, receivers] = await Promise.all([
    startStack({ dataDir: folder, ports: await freePorts() }),
    startReceivers(),
  ]);
  const { smtpUrl, slackUrl, webhookUrl } = receivers;
  return {
    ...{ folder, stack, receivers },
    env: { SMTP_URL: smtpUrl, SLACK_WEBHOOK_URL: slackUrl, WEBHOOK_URL: webhookUrl },
    async stop() {
      await stack.stop();
      await receivers.stop();
    },
  };
}
