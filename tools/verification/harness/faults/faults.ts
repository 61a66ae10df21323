// The faults outside the services, by name; each occurs while customers place orders.

import type { Random } from '../random.ts';
import type { SystemUnderTest } from '../system-under-test.ts';
import {
  brokerAway,
  brokerDiskFull,
  brokerFrozen,
  brokerKilled,
  allTopicsRepublished,
  unreadableBurst,
} from './broker.ts';
import { connectionsCut, databaseFrozen, databaseKilled, rowsLocked } from './database.ts';
import { networkFault } from './network.ts';
import {
  clocksStepped,
  consumerFrozen,
  receiversBehave,
  registryAway,
  replicasComeAndGo,
  stoppedOneByOne,
} from './services.ts';

/** `run` resolves when everything works again, and may answer what it measured. A `long` one runs only when it is named. */
export type Fault = {
  name: string;
  run: (system: SystemUnderTest, random: Random) => Promise<string | void>;
  long?: true;
};

export const faults: readonly Fault[] = [
  { name: 'PostgreSQL killed in immediate mode', run: databaseKilled },
  { name: 'PostgreSQL frozen for 8 s', run: databaseFrozen },
  { name: 'connections cut, also during COMMIT', run: connectionsCut },
  { name: 'a stranger holds stock rows for 5 s', run: rowsLocked },
  { name: 'PostgreSQL in a black hole for 60 s', run: networkFault('PostgreSQL', 'black hole', 60) },
  { name: 'answers of PostgreSQL lost for 60 s', run: networkFault('PostgreSQL', 'answers lost', 60) },
  { name: 'requests to PostgreSQL lost for 60 s', run: networkFault('PostgreSQL', 'requests lost', 60) },
  { name: 'PostgreSQL answers one byte a second for 60 s', run: networkFault('PostgreSQL', 'drip', 60) },
  // For a shorter run.
  { name: 'PostgreSQL in a black hole for 15 s', run: networkFault('PostgreSQL', 'black hole', 15), long: true },
  { name: 'registry in a black hole for 60 s', run: networkFault('registry', 'black hole', 60) },
  { name: 'mail and posts in a black hole for 60 s', run: networkFault('mail and posts', 'black hole', 60) },
  { name: 'answers of mail and posts lost for 60 s', run: networkFault('mail and posts', 'answers lost', 60) },
  { name: 'mail and posts answer one byte a second for 60 s', run: networkFault('mail and posts', 'drip', 60) },
  { name: 'services in a black hole for 60 s', run: networkFault('services', 'black hole', 60) },
  { name: 'answers between services lost for 60 s', run: networkFault('services', 'answers lost', 60) },
  { name: 'services answer one byte a second for 60 s', run: networkFault('services', 'drip', 60) },
  { name: 'Kafka killed', run: brokerKilled },
  { name: 'Kafka frozen for 45 s', run: brokerFrozen },
  { name: 'Kafka: disk full', run: brokerDiskFull },
  { name: 'Kafka away for 10 min', run: brokerAway(600), long: true },
  { name: 'registry away, services started cold', run: registryAway },
  { name: 'all topics replayed', run: allTopicsRepublished },
  { name: 'a burst of poison', run: unreadableBurst },
  { name: 'replicas come and go', run: replicasComeAndGo },
  { name: 'a frozen consumer comes back', run: consumerFrozen },
  { name: 'SIGTERM under load', run: stoppedOneByOne },
  { name: 'clocks step', run: clocksStepped },
  { name: 'providers slow', run: receiversBehave('slow') },
  { name: 'providers refuse', run: receiversBehave('refusing') },
  { name: 'providers accept and do not answer', run: receiversBehave('silent') },
];

/** By name; all but the long ones unless names are given. @throws Error with the known names when a name is unknown */
export function faultsNamed(names: readonly string[] | undefined): readonly Fault[] {
  if (!names) return faults.filter(({ long }) => !long);
  const unknown = names.filter((name) => !faults.some((fault) => fault.name === name));
  if (unknown.length > 0) {
    const known = faults.map(({ name }) => name).join(', ');
    throw new Error(`There is no fault ${unknown.join(', ')}; there are: ${known}.`);
  }
  return faults.filter(({ name }) => names.includes(name));
}
