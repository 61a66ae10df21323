// The environment of a whole system: an empty stack, and receivers that count the notifications they accept.

import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { freePorts, startStack, type Stack } from '../../dev/stack/index.ts';
import { startReceivers, type Receivers } from './receivers.ts';

export type Environment = {
  folder: string;
  stack: Stack;
  receivers: Receivers;
  /** Makes services send to these receivers. */
  env: { SMTP_URL: string; SLACK_WEBHOOK_URL: string; WEBHOOK_URL: string };
  stop(): Promise<void>;
};

/** @param name of its folder in `.data`, which is cleared */
export async function openEnvironment(name: string): Promise<Environment> {
  const folder = join(root, '.data', name);
  await clearData(dataFolder(folder));
  const [stack, receivers] = await Promise.all([
    startStack({ dataDir: folder, ports: await freePorts() }),
    startReceivers(),
  ]);
  const { smtpUrl, slackUrl, webhookUrl } = receivers;
  return {
    folder,
    stack,
    receivers,
    env: { SMTP_URL: smtpUrl, SLACK_WEBHOOK_URL: slackUrl, WEBHOOK_URL: webhookUrl },
    async stop() {
      await stack.stop();
      await receivers.stop();
    },
  };
}
