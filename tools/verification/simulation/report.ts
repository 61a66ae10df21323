// What many runs amount to: how much was tried, which faults came how often, which failpoints were passed, and at which processes died.

import { failpoints, type Failpoint } from '@oms/failpoint/catalogue';
import { describeViolations } from '../invariants/violation.ts';
import type { RunResult } from './simulate.ts';
import { disturbances } from './faults/disturbances.ts';
import { addCounts } from './faults/fault-log.ts';
import { faultKinds } from './faults/odds.ts';
import { services } from './world/services.ts';

export type Sum = ReturnType<typeof createSum>;

export function createSum() {
  const faults: Record<string, number> = {};
  const passed: Record<string, number> = {};
  const deaths: Record<string, number> = {};
  const failed: RunResult[] = [];
  const totals = { seeds: 0, events: 0, orders: 0, messages: 0, virtualMs: 0 };
  return {
    faults,
    passed,
    deaths,
    failed,
    totals,
    add(result: RunResult): void {
      totals.seeds += 1;
      for (const key of ['events', 'orders', 'messages', 'virtualMs'] as const) totals[key] += result[key];
      addCounts(faults, result.faults);
      addCounts(passed, result.failpoints.passed);
      addCounts(deaths, result.failpoints.deaths);
      if (result.violations.length > 0) failed.push(result);
    },
  };
}

export function describeFailure({ seed, violations, trace }: RunResult, withTrace: boolean): string {
  const lines = [
    `seed ${seed}: ${violations.length} violation${violations.length === 1 ? '' : 's'}`,
    describeViolations(violations),
  ];
  if (withTrace) lines.push('', 'What led to it:', ...trace);
  lines.push('', `npm run simulate -- --seed ${seed}    repeats exactly this`);
  return lines.join('\n');
}

export function describeSum({ totals, faults, passed, deaths }: Sum, tookMs: number): string {
  const number = (value: number) => value.toLocaleString('en');
  const kinds = [...faultKinds, ...disturbances.map(({ kind }) => kind)];
  const never = kinds.filter((kind) => !faults[kind]);
  const names = (Object.keys(failpoints) as Failpoint[]).filter(
    (name) => failpoints[name].in.some((each) => services.includes(each as never)) && !name.startsWith('process.'),
  );
  const died = names.filter((name) => deaths[name]);
  const passedOnly = names.filter((name) => !deaths[name] && passed[name]);
  const unpassed = names.filter((name) => !passed[name]);
  return [
    `${number(totals.seeds)} seeds in ${(tookMs / 1_000).toFixed(1)} s (${((totals.seeds / tookMs) * 1_000).toFixed(1)} a second): ` +
      `${number(totals.orders)} orders, ${number(totals.messages)} messages, ${number(totals.events)} events in ${(totals.virtualMs / 3_600_000).toFixed(1)} simulated hours.`,
    '',
    `Faults, ${kinds.length - never.length} of ${kinds.length} kinds:`,
    ...Object.entries(faults).map(([kind, count]) => `  ${number(count).padStart(10)}  ${kind}`),
    ...(never.length > 0 ? [`  never: ${never.join(', ')}`] : []),
    '',
    `Failpoints, died at ${died.length} of ${names.length}:`,
    ...died.map((name) => `  ${number(deaths[name] ?? 0).padStart(10)}  ${name}`),
    ...(passedOnly.length > 0 ? [`  passed, not died at: ${passedOnly.join(', ')}`] : []),
    ...(unpassed.length > 0 ? [`  never passed: ${unpassed.join(', ')}`] : []),
  ].join('\n');
}
