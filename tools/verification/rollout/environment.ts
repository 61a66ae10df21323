// Where a rolling run takes place: a stack, receivers that count, instances of every service at v1, a menu, and access to everything.

import type { Kafka } from '@oms/messaging';
import { signIn, type ApiCaller, type ApiUrls } from '../../dev/client/client.ts';
import type { Stack } from '../../dev/stack/index.ts';
import { prepareStack } from '../../dev/start/system.ts';
import { openEnvironment } from '../harness/environment.ts';
import { openKafka } from '../harness/kafka.ts';
import { addMenu } from '../harness/menu.ts';
import type { Receivers } from '../harness/receivers.ts';
import { startInstances, type Instances } from './instances.ts';
import { createPlacedLog, type PlacedLog } from './placed-log.ts';
import { createReadings, type Readings } from './readings.ts';

export type RolloutEnvironment = {
  stack: Stack;
  receivers: Receivers;
  instances: Instances;
  kafka: Kafka;
  readings: Readings;
  placedLog: PlacedLog;
  urls: ApiUrls;
  items: readonly string[];
  /** Signed in again each time: a long run outlives a token. */
  asAdmin: () => Promise<ApiCaller>;
  stop(): Promise<void>;
};

/** Up when every service is ready, at v1, on databases and topics that are prepared for v2. */
export async function startRolloutEnvironment(name: string): Promise<RolloutEnvironment> {
  const base = await openEnvironment(name);
  const { stack, receivers } = base;
  const kafka = openKafka(stack);
  let instances: Instances | undefined;
  const stop = async () => {
    await instances?.stop();
    await kafka.admin.close();
    await base.stop();
  };
  try {
    await prepareStack(stack);
    const readings = createReadings(kafka);
    instances = await startInstances({ stack, folder: base.folder, env: base.env, readings });
    const urls = { gatewayUrl: instances.gatewayUrl, issuerUrl: stack.issuerUrl };
    const asAdmin = () => signIn(urls, 'admin');
    const placedLog = await createPlacedLog(kafka, stack.registryUrl);
    const items = await addMenu(await asAdmin());
    return { stack, receivers, instances, kafka, readings, placedLog, urls, items, asAdmin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
