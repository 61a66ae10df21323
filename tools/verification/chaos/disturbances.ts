// Faults of the world around the services, each while customers go on ordering: what it does, and how the world is mended again.

import type { Random } from '../harness/random.ts';
import { connectionsCut, databaseFrozen, databaseKilled, strangersLock } from './disturb-database.ts';
import { brokerAway, brokerDiskFull, brokerFrozen, brokerKilled, logReplayed, poisonBurst } from './disturb-broker.ts';
import {
  clocksStepped,
  providersMood,
  registryAway,
  replicasComeAndGo,
  stoppedInOrder,
  zombie,
} from './disturb-services.ts';
import type { Town } from '../harness/system-under-test.ts';

/** `run` resolves when the world is whole again, and may answer what it measured. A `long` one is run only when it is named. */
export type Disturbance = { name: string; run: (town: Town, random: Random) => Promise<string | void>; long?: true };

export const disturbances: readonly Disturbance[] = [
  { name: 'PostgreSQL killed in immediate mode', run: databaseKilled },
  { name: 'PostgreSQL frozen for 8 s', run: databaseFrozen },
  { name: 'connections cut, also during COMMIT', run: connectionsCut },
  { name: 'a stranger holds stock rows for 5 s', run: strangersLock },
  { name: 'Kafka killed', run: brokerKilled },
  { name: 'Kafka frozen for 45 s', run: brokerFrozen },
  { name: 'Kafka: disk full', run: brokerDiskFull },
  { name: 'Kafka away for 10 min', run: brokerAway(600), long: true },
  { name: 'registry away, services started cold', run: registryAway },
  { name: 'all topics replayed', run: logReplayed },
  { name: 'a burst of poison', run: poisonBurst },
  { name: 'replicas come and go', run: replicasComeAndGo },
  { name: 'a frozen consumer comes back', run: zombie },
  { name: 'SIGTERM under load', run: stoppedInOrder },
  { name: 'clocks step', run: clocksStepped },
  { name: 'providers slow', run: providersMood('slow') },
  { name: 'providers refuse', run: providersMood('refusing') },
  { name: 'providers accept and do not answer', run: providersMood('forgetful') },
];
