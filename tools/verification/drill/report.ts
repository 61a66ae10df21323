// The report of a drill: for each loss what was lost, what was found where, and how long each step took.

import { describeViolations } from '../invariants/violation.ts';
import type { Round } from './drill.ts';

export function reportOf(rounds: readonly Round[]): string {
  return rounds.map(roundOf).join('\n\n');
}

function roundOf(round: Round): string {
  const { loss, backup, restoration } = round;
  const { restore, recover, start, reconcile } = restoration.seconds;
  const what = loss === 'all' ? 'all databases of the server' : `the database of ${loss}`;
  const lines = [
    `Lost: ${what}; restored to ${seconds(round.lostSeconds)} before, in which ${round.placedMeanwhile} orders were answered with 201`,
    `  base backup      ${seconds(backup.seconds)} under load, ${backup.megabytes} MB`,
    `  restore          ${seconds(restore)}`,
    `  recover          ${seconds(recover)}`,
    ...restoration.recovered.map(
      ({ service, read, findings }) => `    ${service.padEnd(15)}${kindsOf(findings)}; ${read} messages read`,
    ),
    `  start            ${seconds(start)}`,
    `  reconcile        ${seconds(reconcile)}: ${kindsOf(restoration.reconciled.findings)}`,
    `  away             ${seconds(round.awaySeconds)} in all`,
    `  gone for good    ${round.goneForGood} orders that were answered and never published; ${round.unsent} notifications recorded as sent that were not`,
    `  invariants       ${round.orders} orders, ${round.messages} messages: ${round.violations.length === 0 ? 'all hold' : `${round.violations.length} VIOLATIONS`}`,
  ];
  if (round.violations.length > 0) lines.push(describeViolations(round.violations));
  return lines.join('\n');
}

type Discrepancy = { kind: string; found: string; fixed: boolean };

/** One about many messages states their number itself. */
function kindsOf(findings: readonly Discrepancy[]): string {
  if (findings.length === 0) return 'nothing found';
  const byKind = Map.groupBy(findings, ({ kind, fixed, found }) => {
    const many = /^\d+ /.exec(found)?.[0] ?? '';
    return `${many}${kind}${fixed ? '' : ' left'}`;
  });
  return [...byKind].map(([kind, some]) => (/^\d/.test(kind) ? kind : `${some.length} ${kind}`)).join(', ');
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
