// The panel check: the queries it sends to Prometheus, and which of them it reports as empty.
import { expect, test } from 'vitest';
import { emptyWhenWell, figure, lines, type Page, type Panel } from '../dashboards/page.ts';
import { emptyQueries, queryPanels } from '../dashboard-check/panel-check.ts';
import type { Prometheus, Series } from '../dashboard-check/prometheus.ts';

const range = { from: 0, to: 60, stepSeconds: 1, rateSeconds: 10 };
const pageOf = (...panels: Panel[]): Page => ({
  uid: 'page',
  title: 'Page',
  about: '.',
  rows: [{ title: 'Row', panels }],
});

function prometheusOf(answers: Record<string, Series[]>) {
  const queries: string[] = [];
  const answer = (query: string) => {
    queries.push(query);
    return Promise.resolve(answers[query] ?? []);
  };
  const prometheus: Prometheus = { at: answer, over: answer, stop: () => Promise.resolve() };
  return { prometheus, queries };
}

test('a query is sent as Grafana sends it: its intervals have their lengths', async () => {
  const { prometheus, queries } = prometheusOf({});
  const page = pageOf(lines('A', 'short', [['rate(a[$__rate_interval]) + increase(a[$__range])', '']], '.'));
  await queryPanels(prometheus, [page], range);
  expect(queries).toEqual(['rate(a[10s]) + increase(a[60s])']);
});

test('a query without data is reported, unless no data is the normal state', async () => {
  const notANumber: Series[] = [{ labels: {}, samples: [[1, Number.NaN]] }];
  const { prometheus } = prometheusOf({ here: [{ labels: {}, samples: [[1, 0]] }], none: notANumber });
  const halfEmpty = lines(
    'Half',
    'short',
    [
      ['here', ''],
      ['none', ''],
    ],
    '.',
  );
  const page = pageOf(
    halfEmpty,
    figure('Gone', 'short', 'gone', '.'),
    emptyWhenWell(lines('Refused', 'short', [['refused', '']], '.')),
  );
  const panels = await queryPanels(prometheus, [page], range);
  expect(emptyQueries(panels)).toEqual(['Page, "Half": none', 'Page, "Gone": gone']);
});
