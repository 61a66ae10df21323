// What the sights show of figures, and what they make of panels without any.
import { describe, expect, test } from 'vitest';
import { emptyWhenWell, figure, lines, type Page, type Panel } from '../dashboards/page.ts';
import { drawLines } from '../dashboard-check/draw-lines.ts';
import { drawPage } from '../dashboard-check/draw-page.ts';
import { drawTrace } from '../dashboard-check/draw-trace.ts';
import type { Prometheus, Series } from '../dashboard-check/prometheus.ts';
import { emptyOnes, lookAt } from '../dashboard-check/seen.ts';
import { legendText, valueText } from '../dashboard-check/words.ts';

const span = { from: 0, to: 60, stepSeconds: 1, rateSeconds: 10 };
const pageOf = (...panels: Panel[]): Page => ({
  uid: 'page',
  title: 'Page',
  about: '.',
  rows: [{ title: 'Row', panels }],
});

function prometheusOf(answers: Record<string, Series[]>) {
  const asked: string[] = [];
  const answer = (query: string) => {
    asked.push(query);
    return Promise.resolve(answers[query] ?? []);
  };
  const prometheus: Prometheus = { at: answer, over: answer, stop: () => Promise.resolve() };
  return { prometheus, asked };
}

describe('a panel', () => {
  test('is asked for as Grafana asks: its intervals have their lengths', async () => {
    const { prometheus, asked } = prometheusOf({});
    const page = pageOf(lines('A', 'short', [['rate(a[$__rate_interval]) + increase(a[$__range])', '']], '.'));
    await lookAt(prometheus, [page], span);
    expect(asked).toEqual(['rate(a[10s]) + increase(a[60s])']);
  });

  test('that shows nothing is told, unless nothing is good news', async () => {
    const nothing: Series[] = [{ labels: {}, samples: [[1, Number.NaN]] }];
    const { prometheus } = prometheusOf({ here: [{ labels: {}, samples: [[1, 0]] }], none: nothing });
    const page = pageOf(
      lines(
        'Half',
        'short',
        [
          ['here', ''],
          ['none', ''],
        ],
        '.',
      ),
      figure('Gone', 'short', 'gone', '.'),
      emptyWhenWell(lines('Refused', 'short', [['refused', '']], '.')),
    );
    const seen = await lookAt(prometheus, [page], span);
    expect(emptyOnes(seen)).toEqual(['Page, "Half": none', 'Page, "Gone": gone']);
    const { html } = drawPage(seen[0]!, span);
    expect(html).toContain('No data, which is good news');
    expect(html).toContain('Grafana was not run');
  });
});

test('lines stand on a scale from 0, and break where there is no value', () => {
  const samples: [number, number][] = [
    ...([
      [0, 1],
      [1, 5],
      [2, Number.NaN],
      [3, 2],
      [4, 2],
    ] as [number, number][]),
  ];
  const svg = drawLines([{ name: 'a', color: '#000', samples }], {
    width: 400,
    height: 124,
    unit: 'short',
    from: 0,
    to: 4,
  });
  expect(svg).toContain('>6</text>');
  expect(/ d="([^"]+)"/.exec(svg)?.[1]?.match(/[ML]/g)?.join('')).toBe('MLML');
});

test.each([
  [0.0123, 's', '12.3 ms'],
  [1_234, 'ms', '1.23 s'],
  [0.5, 'percentunit', '50 %'],
  [Number.NaN, 'short', '-'],
  [2_097_152, 'bytes', '2 MiB'],
] as const)('%d %s is told as %s%s', (value, unit, text) => expect(valueText(value, unit)).toBe(text));

test('a legend has the labels of its series', () => {
  expect(legendText('{{channel}} {{status}}', { channel: 'EMAIL', status: 'SENT' })).toBe('EMAIL SENT');
});

test('a trace is drawn parents first, and what a service calls itself is text', () => {
  const spans = [
    {
      service: 'b<',
      name: 'child',
      spanId: '2',
      parentSpanId: '1',
      startMs: 5,
      endMs: 8,
      traceId: 't',
      attributes: {},
    },
    { service: 'a', name: 'root', spanId: '1', parentSpanId: '', startMs: 0, endMs: 10, traceId: 't', attributes: {} },
  ];
  const { html } = drawTrace('One', spans);
  expect(html.indexOf('>root<')).toBeLessThan(html.indexOf('>child<'));
  expect(html).toContain('b&lt;');
  expect(html).toContain('3.00 ms');
});
