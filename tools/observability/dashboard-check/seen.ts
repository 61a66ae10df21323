// Every panel of every page, asked as Grafana would ask: what it shows, and which queries show nothing.

import type { Page, Panel, Query } from '../dashboards/page.ts';
import type { Prometheus, Series } from './prometheus.ts';

export type Shown = { query: Query; series: Series[] };
export type SeenPanel = { panel: Panel; shown: Shown[] };
export type SeenPage = { page: Page; panels: Map<Panel, SeenPanel> };
/** What is looked at, in seconds since 1970, and how far a rate looks back. */
export type Span = { from: number; to: number; stepSeconds: number; rateSeconds: number };

export async function lookAt(prometheus: Prometheus, pages: readonly Page[], span: Span): Promise<SeenPage[]> {
  return Promise.all(
    pages.map(async (page) => {
      const panels = page.rows.flatMap((row) => row.panels);
      const seen = await Promise.all(panels.map((panel) => lookAtPanel(prometheus, panel, span)));
      return { page, panels: new Map(seen.map((one) => [one.panel, one])) };
    }),
  );
}

/** A line for each query without data, but for those where that is good news. */
export function emptyOnes(seen: readonly SeenPage[]): string[] {
  return seen.flatMap(({ page, panels }) =>
    [...panels.values()].flatMap(({ panel, shown }) =>
      shown
        .filter(({ series }) => !panel.emptyWhenWell && !series.some(hasValue))
        .map(({ query }) => `${page.title}, "${panel.title}": ${query.expr}`),
    ),
  );
}

async function lookAtPanel(prometheus: Prometheus, panel: Panel, span: Span): Promise<SeenPanel> {
  const shown = await Promise.all(
    panel.queries.map(async (query) => {
      const expr = query.expr
        .replaceAll('$__rate_interval', `${span.rateSeconds}s`)
        .replaceAll('$__range', `${Math.round(span.to - span.from)}s`);
      const series =
        panel.kind === 'figure'
          ? await prometheus.at(expr, span.to)
          : await prometheus.over(expr, span.from, span.to, span.stepSeconds);
      return { query, series };
    }),
  );
  return { panel, shown };
}

function hasValue({ samples }: Series): boolean {
  return samples.some(([, value]) => Number.isFinite(value));
}
