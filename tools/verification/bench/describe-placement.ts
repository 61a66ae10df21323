// The figures of placement as a table: medians with their ranges, and ratios taken round by round.
import type { Case, Placement, Round } from './placement.ts';
import { ratios, spreadOf, describeSpread } from './ratios.ts';

type Column = { title: string; of: (rounds: readonly Round[], all: readonly Case[], one: Case) => number[] };

const ours = (rounds: readonly Round[]) => rounds.map((round) => round.ours.perSecond);

const columns: Column[] = [
  { title: 'orders/s', of: ours },
  { title: 'p50 ms', of: (rounds) => rounds.map((round) => round.ours.p50Ms) },
  { title: 'p99 ms', of: (rounds) => rounds.map((round) => round.ours.p99Ms) },
  { title: 'pgbench/s', of: (rounds) => rounds.flatMap((round) => round.pgbench?.perSecond ?? []) },
  {
    title: 'to pgbench',
    of: (rounds) => compare(rounds, (round) => round.pgbench?.perSecond),
  },
  { title: 'Prisma/s', of: (rounds) => rounds.flatMap((round) => round.prisma?.perSecond ?? []) },
  { title: 'to Prisma', of: (rounds) => compare(rounds, (round) => round.prisma?.perSecond) },
  {
    title: 'hot / uniform',
    of: (rounds, all, { entry, clients, hot }) => {
      const uniform = all.find((other) => other.entry === entry && other.clients === clients && !other.hot);
      return hot && uniform ? ratios(ours(rounds), ours(uniform.rounds)) : [];
    },
  },
  {
    title: 'at rest after s',
    of: (rounds) => rounds.flatMap(({ restMs }) => (restMs === undefined ? [] : restMs / 1_000)),
  },
  { title: 'load CPU', of: (rounds) => rounds.map((round) => round.ours.cpuShare) },
];

export function describePlacement({ cases }: Placement): string {
  const rows = cases.map((one) => [
    one.entry,
    String(one.clients),
    one.hot ? 'hot' : 'uniform',
    ...columns.map(({ of }) => {
      const figures = of(one.rounds, cases, one);
      return figures.length === 0 ? '-' : describeSpread(spreadOf(figures));
    }),
  ]);
  return table([['entry point', 'clients', 'items', ...columns.map(({ title }) => title)], ...rows]);
}

function compare(rounds: readonly Round[], by: (round: Round) => number | undefined): number[] {
  const pairs = rounds.flatMap((round) => {
    const other = by(round);
    return other === undefined ? [] : [{ of: round.ours.perSecond, by: other }];
  });
  return ratios(
    pairs.map((pair) => pair.of),
    pairs.map((pair) => pair.by),
  );
}

/** A Markdown table, so that it can go into a page as it is. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n');
}
