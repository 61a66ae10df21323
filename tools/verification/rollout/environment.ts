// Where a rolling run takes place: a stack, receivers that count, the fleet at v1, a menu, and whoever may look at everything.

import type { Kafka } from '@oms/messaging';
import { kafkaOf } from '../harness/bad-inputs.ts';
import { addMenu } from '../harness/menu.ts';
import { openGround } from '../harness/environment.ts';
import type { Receivers } from '../harness/receivers.ts';
import { signIn, type ApiCaller, type Doors } from '../../dev/client/client.ts';
import type { Stack } from '../../dev/stack/index.ts';
import { prepareStack } from '../../dev/start/system.ts';
import { startFleet, type Fleet } from './instances.ts';
import { createPlacedLog, type PlacedLog } from './placed-log.ts';
import { createReadings, type Readings } from './readings.ts';

export type Street = {
  stack: Stack;
  receivers: Receivers;
  fleet: Fleet;
  kafka: Kafka;
  readings: Readings;
  placedLog: PlacedLog;
  doors: Doors;
  items: readonly string[];
  /** Signed in anew each time: a long run outlives a token. */
  asAdmin(): Promise<ApiCaller>;
  stop(): Promise<void>;
};

/** Up when every service is ready, at v1, on databases and topics that are prepared for v2. */
export async function startStreet(name: string): Promise<Street> {
  const ground = await openGround(name);
  const { stack, receivers } = ground;
  const kafka = kafkaOf(stack);
  let fleet: Fleet | undefined;
  const stop = async () => {
    await fleet?.stop();
    await kafka.admin.close();
    await ground.stop();
  };
  try {
    await prepareStack(stack);
    const readings = createReadings(kafka);
    fleet = await startFleet({ stack, folder: ground.folder, env: ground.env, readings });
    const doors = { gatewayUrl: fleet.gatewayUrl, issuerUrl: stack.issuerUrl };
    const asAdmin = () => signIn(doors, 'admin');
    const placedLog = await createPlacedLog(kafka, stack.registryUrl);
    const items = await addMenu(await asAdmin());
    return { ...{ stack, receivers, fleet, kafka, readings, placedLog, doors, items, asAdmin }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
