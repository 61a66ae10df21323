// The table of a rolling run: for each reader, how many orders were written in which version and read in which.

import { readers, type Reader } from './readings.ts';
import type { RolloutReport } from './rollout.ts';

const versions = ['v1', 'v2'] as const;
const readAt: readonly Reader[] = ['v1', 'v2', 'both'];

/** Of each reader: `v1 > v2` is how many orders were written at v1 and read at v2. */
export function pairTable({ pairs }: RolloutReport): string {
  const columns = versions.flatMap((writer) => readAt.map((reader) => [writer, reader] as const));
  const head = ['reader', ...columns.map(([writer, reader]) => `${writer} > ${reader === 'both' ? 'either' : reader}`)];
  const body = readers.map((service) => [
    service,
    ...columns.map(([writer, reader]) => String(pairs.get(`${service} ${writer} ${reader}`) ?? 0)),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...body.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

export function summaryOf({ rolls, placed, retries, kept, messages, violations }: RolloutReport): string {
  return [
    `${rolls} rolls under load, ${violations.length} violations; ${placed} orders placed by clients who had to retry ${retries} times, ${messages} messages.`,
    `Of the promises kept: ${kept.inTime} in time, ${kept.lateSeconds.length} late.`,
  ].join('\n');
}
