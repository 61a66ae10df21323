// The run as a table: each step with its time, and the results of the steady orders meanwhile.

import type { Steady } from './steady/steady-orders.ts';

export type Row = { what: string; seconds: number; answered?: number; failed?: number; note?: string };

export function rowOf(what: string, startedAt: number, before?: Steady, after?: Steady): Row {
  const row = { what, seconds: (Date.now() - startedAt) / 1_000 };
  if (!before || !after) return row;
  return { ...row, answered: after.answered - before.answered, failed: after.failed - before.failed };
}

export function lineOf({ what, seconds, answered, failed, note }: Row): string {
  const requests = answered === undefined ? '' : `  ${answered} requests answered, ${failed} failed`;
  return `  ${what.padEnd(44)}${seconds.toFixed(1).padStart(7)} s${requests}${note ? `  ${note}` : ''}`;
}

/** In Markdown, for docs/proofs.md. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.seconds.toFixed(1),
    row.answered?.toString() ?? '',
    row.failed?.toString() ?? '',
  ]);
  const head = ['step', 'seconds', 'requests answered', 'failed'];
  return [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
