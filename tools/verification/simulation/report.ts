// What many runs amount to: how much was tried, which faults came how often, which named places were passed and died at.

import { failpoints, type Failpoint } from '@oms/failpoint/catalogue';
import { describeViolations } from '../invariants/violation.ts';
import type { Verdict } from './simulate.ts';
import { disturbances } from './faults/disturb.ts';
import { addCounts } from './world/fault-log.ts';
import { faultKinds } from './world/odds.ts';
import { services } from './world/world.ts';

export type Sum = ReturnType<typeof createSum>;

export function createSum() {
  const faults: Record<string, number> = {};
  const passes: Record<string, number> = {};
  const deaths: Record<string, number> = {};
  const failed: Verdict[] = [];
  const totals = { seeds: 0, events: 0, orders: 0, messages: 0, virtualMs: 0 };
  return {
    ...{ faults, passes, deaths, failed, totals },
    add(verdict: Verdict): void {
      totals.seeds += 1;
      for (const key of ['events', 'orders', 'messages', 'virtualMs'] as const) totals[key] += verdict[key];
      addCounts(faults, verdict.faults);
      addCounts(passes, verdict.places.passes);
      addCounts(deaths, verdict.places.deaths);
      if (verdict.findings.length > 0) failed.push(verdict);
    },
  };
}

export function describeFailure({ seed, findings, trace }: Verdict, withTrace: boolean): string {
  const lines = [
    `seed ${seed} breaks ${findings.length === 1 ? 'a rule' : `${findings.length} rules`}`,
    describeViolations(findings),
  ];
  if (withTrace) lines.push('', 'What led to it:', ...trace);
  lines.push('', `npm run simulate -- --seed ${seed}    runs exactly this again`);
  return lines.join('\n');
}

export function describeSum({ totals, faults, passes, deaths }: Sum, tookMs: number): string {
  const number = (value: number) => value.toLocaleString('en');
  const kinds = [...faultKinds, ...disturbances.map(({ kind }) => kind)];
  const never = kinds.filter((kind) => !faults[kind]);
  const places = (Object.keys(failpoints) as Failpoint[]).filter(
    (name) => failpoints[name].in.some((each) => services.includes(each as never)) && !name.startsWith('process.'),
  );
  const died = places.filter((name) => deaths[name]);
  const passedOnly = places.filter((name) => !deaths[name] && passes[name]);
  const unpassed = places.filter((name) => !passes[name]);
  return [
    `${number(totals.seeds)} seeds in ${(tookMs / 1_000).toFixed(1)} s (${((totals.seeds / tookMs) * 1_000).toFixed(1)} a second): ` +
      `${number(totals.orders)} orders, ${number(totals.messages)} messages, ${number(totals.events)} events in ${(totals.virtualMs / 3_600_000).toFixed(1)} simulated hours.`,
    '',
    `Faults, ${kinds.length - never.length} of ${kinds.length} kinds:`,
    ...Object.entries(faults).map(([kind, count]) => `  ${number(count).padStart(10)}  ${kind}`),
    ...(never.length > 0 ? [`  never: ${never.join(', ')}`] : []),
    '',
    `Named places, died at ${died.length} of ${places.length}:`,
    ...died.map((name) => `  ${number(deaths[name] ?? 0).padStart(10)}  ${name}`),
    ...(passedOnly.length > 0 ? [`  passed, not died at: ${passedOnly.join(', ')}`] : []),
    ...(unpassed.length > 0 ? [`  never passed: ${unpassed.join(', ')}`] : []),
  ].join('\n');
}
