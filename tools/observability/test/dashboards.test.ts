// The files for Prometheus, Grafana and the chart are up to date, and query only metrics that services have.
import { describe, expect, test } from 'vitest';
import { services } from '../../dev/stack/services.ts';
import { files, namesUnder, read } from '../../repo/tidy/repository.ts';
import { dashboardOf } from '../dashboards/grafana.ts';
import type { Page } from '../dashboards/page.ts';
import { pages } from '../dashboards/pages.ts';
import { renderFiles } from '../generate.ts';
import { metrics } from '../metrics.ts';
import { metricsIn } from '../promql.ts';

/** What Prometheus makes itself, and what targets are given. */
const ofPrometheus: Record<string, readonly string[]> = { up: [], ALERTS: ['alertname', 'alertstate', 'severity'] };
const ofTargets = ['service', 'instance', 'part_of'];

const queriesOf = (page: Page) =>
  page.rows.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ title, expr }))),
  );
const readable = (expr: string) => expr.replace(/\$__(rate_interval|range)/g, '5m');

test('the committed files are those that are made: `npm run generate` makes them', () => {
  const made = renderFiles();
  for (const [path, text] of Object.entries(made)) expect(read(path), path).toBe(text);
  const others = files.filter((file) => file.startsWith('docker/grafana/dashboards/') && !(file in made));
  expect(others).toEqual([]);
});

test('each metric is in the page on observability, and each in the page is one', () => {
  expect(namesUnder('docs/observability.md', 'Metrics').toSorted()).toEqual(Object.keys(metrics).toSorted());
});

test('a dashboard has its own address, and its panels do not overlap', () => {
  expect(new Set(pages.map(({ uid }) => uid)).size).toBe(pages.length);
  for (const page of pages) {
    const taken = new Set<string>();
    for (const { gridPos, title } of dashboardOf(page).panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        expect(x, title).toBeLessThan(24);
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`), `${page.title}: ${title}`).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  }
});

test('the rows are in the same order on each page of a service', () => {
  const ofServices = pages.filter(({ uid }) => services.some((service) => uid === `oms-${service}`));
  expect(ofServices).toHaveLength(services.length);
  const all = [
    'Requests',
    'Load',
    'Orders',
    'Event streams',
    'Stock',
    'Notifications',
    'Transactions of many commands',
    'Outbox and relay',
    'Consumers',
    'Connections to PostgreSQL',
    'Processes',
  ];
  for (const { rows, uid } of ofServices) {
    const places = rows.map(({ title }) => all.indexOf(title));
    expect(places, uid).toEqual(places.filter((place) => place >= 0).toSorted((a, b) => a - b));
    expect(rows.map(({ title }) => title)).toEqual(expect.arrayContaining(['Requests', 'Processes']));
  }
});

describe.each(pages.map((page) => [page.title, page] as const))('%s', (_, page) => {
  test('asks in a language that Prometheus reads, for metrics and labels that services tell', () => {
    const wrong = queriesOf(page).flatMap(({ title, expr }) =>
      metricsIn(readable(expr)).flatMap(({ name, labels }) => {
        const known = metrics[name]?.labels ?? ofPrometheus[name];
        if (!known) return [`${title}: there is no ${name}`];
        return labels
          .filter((label) => ![...known, ...ofTargets].includes(label))
          .map((label) => `${title}: ${name} has no ${label}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('does not ask twice for the same, and says what each panel is for', () => {
    const exprs = queriesOf(page).map(({ expr }) => expr);
    expect(exprs.filter((expr, at) => exprs.indexOf(expr) < at)).toEqual([]);
    for (const { about, title } of page.rows.flatMap(({ panels }) => panels)) expect(about, title).toMatch(/.+[.?]$/);
  });
});

test('a query that cannot be read, and one for a metric that is not there, are found', () => {
  expect(() => metricsIn('sum(rate(up[5m])')).toThrow(/Cannot read/);
  expect(metricsIn('sum by (a) (rate(no_such_thing_total{b="c"}[5m]))')).toEqual([
    { name: 'no_such_thing_total', labels: ['b'] },
  ]);
});
