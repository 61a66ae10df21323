// A dashboard as the JSON that Grafana loads from a file. Panels are in rows of 24 columns; the data source is chosen on the page.

import type { Page, Panel } from './page.ts';

type Place = { x: number; y: number; w: number; h: number };

const columns = 24;
const heights = { lines: 8, figure: 4 } as const;
const datasource = { type: 'prometheus', uid: '${datasource}' };

export function dashboardOf(page: Page) {
  return {
    uid: page.uid,
    title: page.title,
    description: page.about,
    tags: ['oms'],
    schemaVersion: 41,
    editable: false,
    graphTooltip: 1,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [{ name: 'datasource', label: 'Data', type: 'datasource', query: 'prometheus', current: {} }] },
    links: [
      { type: 'dashboards', title: 'Others', tags: ['oms'], asDropdown: true, includeVars: true, keepTime: true },
    ],
    panels: panelsOf(page),
  };
}

/** The position of each panel; the title of a row has a line of its own. */
export function placed(page: Page): { title: { text: string; y: number }; panels: [Panel, Place][] }[] {
  let y = 0;
  return page.rows.map(({ title, panels }) => {
    const titleAt = y;
    y += 1;
    const [first] = panels;
    const h = heights[first?.kind ?? 'lines'];
    const inLine = Math.min(panels.length, first?.kind === 'figure' ? 6 : 4);
    const w = columns / inLine;
    const places = panels.map((panel, at): [Panel, Place] => [
      panel,
      { x: (at % inLine) * w, y: y + Math.floor(at / inLine) * h, w, h },
    ]);
    y += Math.ceil(panels.length / inLine) * h;
    return { title: { text: title, y: titleAt }, panels: places };
  });
}

function panelsOf(page: Page) {
  let id = 0;
  return placed(page).flatMap(({ title, panels }) => [
    {
      id: (id += 1),
      type: 'row',
      title: title.text,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y: title.y, w: columns, h: 1 },
    },
    ...panels.map(([panel, gridPos]) => ({ id: (id += 1), gridPos, ...panelOf(panel) })),
  ]);
}

function panelOf({ title, about: description, kind, unit, queries }: Panel) {
  const targets = queries.map(({ expr, legend }, at) => ({
    refId: String.fromCharCode(65 + at),
    datasource,
    expr,
    legendFormat: legend || '__auto',
    ...(kind === 'figure' && { instant: true }),
  }));
  const common = { title, description, datasource, targets };
  if (kind === 'figure') {
    return {
      ...common,
      type: 'stat',
      fieldConfig: { defaults: { unit, noValue: '-' }, overrides: [] },
      options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'none', graphMode: 'none' },
    };
  }
  const custom = { lineWidth: 1, fillOpacity: 8, showPoints: 'never', spanNulls: false };
  return {
    ...common,
    type: 'timeseries',
    fieldConfig: { defaults: { unit, min: 0, custom }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom' },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}
