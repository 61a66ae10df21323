// The table of a fault run: faults down, invariants across, and in each cell how many violations were found after it.

import { invariants, type Violation, type Invariant } from '../invariants/violation.ts';

export type Row = { fault: string; times: number; violations: Violation[] };

const numbers = Object.keys(invariants).map(Number) as Invariant[];

export function tableOf(rows: readonly Row[]): string {
  const head = ['fault', 'times', ...numbers.map((number) => `${number}`)];
  const body = rows.map(({ fault, times, violations }) => [
    fault,
    String(times),
    ...numbers.map((number) => cell(violations, number)),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...body.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
  const legend = numbers.map((number) => `${number} ${invariants[number]}`).join(', ');
  return [
    line(head),
    line(widths.map((width) => '-'.repeat(width))),
    ...body.map(line),
    '',
    `Columns: ${legend}. A dot: held.`,
  ].join('\n');
}

function cell(violations: readonly Violation[], number: Invariant): string {
  const count = violations.filter(({ invariant }) => invariant === number).length;
  return count === 0 ? '.' : String(count);
}
