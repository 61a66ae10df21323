// Runs every query of every dashboard as Grafana would, and lists the queries that return no data.

import type { Page, Panel, Query } from '../dashboards/page.ts';
import type { Prometheus, Series } from './prometheus.ts';

export type QueryResult = { query: Query; series: Series[] };
export type PanelResult = { page: Page; panel: Panel; results: QueryResult[] };
/** The time range of the queries, in seconds since 1970, and the range that a rate looks back. */
export type TimeRange = { from: number; to: number; stepSeconds: number; rateSeconds: number };

export async function queryPanels(
  prometheus: Prometheus,
  pages: readonly Page[],
  range: TimeRange,
): Promise<PanelResult[]> {
  const panels = pages.flatMap((page) =>
    page.rows.flatMap((row) => row.panels.map((panel): [Page, Panel] => [page, panel])),
  );
  return Promise.all(panels.map(([page, panel]) => queryPanel(prometheus, page, panel, range)));
}

/** One line for each query without data, except where no data is the normal state. */
export function emptyQueries(panels: readonly PanelResult[]): string[] {
  return panels
    .filter(({ panel }) => !panel.emptyWhenWell)
    .flatMap(({ page, panel, results }) =>
      results
        .filter(({ series }) => !series.some(hasValue))
        .map(({ query }) => `${page.title}, "${panel.title}": ${query.expr}`),
    );
}

async function queryPanel(prometheus: Prometheus, page: Page, panel: Panel, range: TimeRange): Promise<PanelResult> {
  const { from, to, stepSeconds, rateSeconds } = range;
  const results = await Promise.all(
    panel.queries.map(async (query) => {
      const expr = query.expr
        .replaceAll('$__rate_interval', `${rateSeconds}s`)
        .replaceAll('$__range', `${Math.round(to - from)}s`);
      const series =
        panel.kind === 'figure' ? await prometheus.at(expr, to) : await prometheus.over(expr, from, to, stepSeconds);
      return { query, series };
    }),
  );
  return { page, panel, results };
}

function hasValue({ samples }: Series): boolean {
  return samples.some(([, value]) => Number.isFinite(value));
}
