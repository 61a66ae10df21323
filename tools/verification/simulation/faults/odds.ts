// How likely each kind of fault is in a run: the seed leaves some kinds out, and makes others frequent.

import type { Random } from '../../harness/random.ts';

/** At most so often, for each occasion. */
const most = {
  'database: connection cut before a statement arrives': 0.004,
  'database: answer lost': 0.004,
  'database: answer to COMMIT lost': 0.03,
  'database: COMMIT lost on its way': 0.02,
  'database: statement is slow': 0.02,
  'call: request lost': 0.04,
  'call: reply lost': 0.04,
  'call: slow': 0.08,
  'client: request lost': 0.03,
  'client: reply lost': 0.06,
  'broker: refuses a batch': 0.08,
  'broker: acknowledgement lost': 0.08,
  'broker: takes a part of a batch': 0.05,
  'broker: batch arrives late, after its error': 0.03,
  'broker: slow': 0.05,
  'broker: heartbeat fails': 0.01,
  'broker: offset commit fails': 0.04,
  'broker: offset goes back': 0.01,
  'provider: refuses': 0.15,
  'provider: answer lost': 0.15,
  'provider: not reached': 0.1,
  'provider: slow': 0.1,
  'process: killed at a failpoint': 0.004,
  'process: suspended at a failpoint': 0.003,
} as const;

export type FaultKind = keyof typeof most;
export type Odds = Readonly<Record<FaultKind, number>>;

/** A third of the kinds are left out of a run, the others come at up to their most. */
export function drawOdds(random: Random): Odds {
  const calm = random.chance(0.1);
  const odds = Object.entries(most).map(([kind, odd]) => [kind, calm || random.chance(0.33) ? 0 : odd * random.next()]);
  return Object.fromEntries(odds) as Odds;
}

export const faultKinds = Object.keys(most) as FaultKind[];
