// What a drill tells: for each disaster what was lost, what was found where, and how long each step took.

import { describeFindings } from '../invariants/violation.ts';
import type { Round } from './drill.ts';

export function reportOf(rounds: readonly Round[]): string {
  return rounds.map(roundOf).join('\n\n');
}

function roundOf(round: Round): string {
  const { disaster, backup, way } = round;
  const { restore, recover, start, reconcile } = way.seconds;
  const what = disaster === 'all' ? 'all databases of the server' : `the database of ${disaster}`;
  const lines = [
    `Lost: ${what}; restored to ${seconds(round.lostSeconds)} before, in which ${round.placedMeanwhile} orders were answered with 201`,
    `  base backup      ${seconds(backup.seconds)} under load, ${backup.megabytes} MB`,
    `  restore          ${seconds(restore)}`,
    `  recover          ${seconds(recover)}`,
    ...way.recovered.map(
      ({ service, read, findings }) => `    ${service.padEnd(15)}${kindsOf(findings)}; ${read} messages read`,
    ),
    `  start            ${seconds(start)}`,
    `  reconcile        ${seconds(reconcile)}: ${kindsOf(way.reconciled.findings)}`,
    `  away             ${seconds(round.awaySeconds)} in all`,
    `  gone for good    ${round.goneForGood} orders that were answered and never told; ${round.unsent} notifications taken as sent that were not`,
    `  books            ${round.orders} orders, ${round.messages} messages: ${round.findings.length === 0 ? 'they balance' : `${round.findings.length} VIOLATIONS`}`,
  ];
  if (round.findings.length > 0) lines.push(describeFindings(round.findings));
  return lines.join('\n');
}

type Told = { kind: string; found: string; fixed: boolean };

/** Findings about many messages say their number themselves. */
function kindsOf(findings: readonly Told[]): string {
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
