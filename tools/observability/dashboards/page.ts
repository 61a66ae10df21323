// The parts of a dashboard, from which Grafana's JSON is rendered.

/** Grafana's names of units. */
export type Unit = 'short' | 'reqps' | 'ops' | 's' | 'ms' | 'percentunit' | 'bytes';

export type Query = { expr: string; legend: string };

export type Panel = {
  title: string;
  /** Lines over time, or the last value alone. */
  kind: 'lines' | 'figure';
  unit: Unit;
  queries: readonly Query[];
  /** What it says, and what to make of it. */
  about: string;
  /** No data means that nothing was refused and nothing failed. */
  emptyWhenWell?: true;
};

export type Row = { title: string; panels: readonly Panel[] };
export type Page = { uid: string; title: string; about: string; rows: readonly Row[] };

/** So much of time a rate looks at; Grafana makes it fit the picture. */
export const window = '[$__rate_interval]';

export function rate(series: string, by: string): string {
  return `sum by (${by}) (rate(${series}${window}))`;
}

/** `series` is a histogram's, with what chooses among them: `name{a="b"}`. */
export function quantile(share: number, series: string, by?: string): string {
  const [, name = '', choice = ''] = /^([a-z_]+)(\{.*\})?$/.exec(series) ?? [];
  const kept = by === undefined ? 'le' : `le, ${by}`;
  return `histogram_quantile(${share}, sum by (${kept}) (rate(${name}_bucket${choice}${window})))`;
}

export function mean(series: string, by: string): string {
  const [, name = '', choice = ''] = /^([a-z_]+)(\{.*\})?$/.exec(series) ?? [];
  return `${rate(`${name}_sum${choice}`, by)} / ${rate(`${name}_count${choice}`, by)}`;
}

export function lines(
  title: string,
  unit: Unit,
  queries: readonly [expr: string, legend: string][],
  about: string,
): Panel {
  return { title, kind: 'lines', unit, queries: queries.map(([expr, legend]) => ({ expr, legend })), about };
}

export function figure(title: string, unit: Unit, expr: string, about: string): Panel {
  return { title, kind: 'figure', unit, queries: [{ expr, legend: '' }], about };
}

export function emptyWhenWell(panel: Panel): Panel {
  return { ...panel, emptyWhenWell: true };
}
