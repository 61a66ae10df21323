// `npm run dashboards:check`: a system of its own under a minute of traffic, every panel of every dashboard asked of a real Prometheus, and pictures of
// it all. Exits with 1 when a panel shows nothing that should show something.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { count } from '../../dev/command/numbers.ts';
import { root } from '../../database/migrate/databases.ts';
import { createProgress } from '../../dev/stack/index.ts';
import { failureText } from '../../dev/stack/failure.ts';
import {
  startTraceCollector,
  type Span as TraceSpan,
  type TraceCollector,
} from '../../verification/journey/trace-collector.ts';
import { startWholeSystem, type WholeSystem } from '../../verification/journey/whole-system.ts';
import { isWhole } from '../../verification/journey/whole-trace.ts';
import { pages } from '../dashboards/pages.ts';
import { openCamera } from './camera.ts';
import { drawPage } from './draw-page.ts';
import { drawTrace } from './draw-trace.ts';
import { startPrometheus } from './prometheus.ts';
import { emptyOnes, lookAt, type Span } from './seen.ts';
import { deliveryAddress, newItem, serve } from './traffic.ts';

if (process.env['npm_lifecycle_event'] === 'sights')
  console.error('`npm run sights` is deprecated and goes with the next release: use `npm run dashboards:check`.');
const o = new Command()
  .name('npm run dashboards:check --')
  .description(
    'A minute of traffic on a system of its own, seen through every dashboard, and one order through its trace.',
  )
  .option('--seconds <number>', 'how long the traffic lasts', count, 60)
  .option('--pictures <folder>', 'where the pictures go', join(root, 'docs/pictures'))
  .parse()
  .opts<{ seconds: number; pictures: string }>();

const folder = join(root, '.data/sights');
const everySeconds = 1;
const now = () => Date.now() / 1_000;

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}

async function main(): Promise<boolean> {
  const progress = createProgress(['system', 'traffic', 'a trace', 'panels', 'pictures']);
  const camera = await openCamera({ pages: join(folder, 'pages'), pictures: o.pictures });
  const collector = await startTraceCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '200' };
  const whole = await progress.step('system', () => startWholeSystem('sights/system', { env }));
  const prometheus = await startPrometheus({ urls: whole.system.urls, dir: join(folder, 'prometheus'), everySeconds });
  try {
    const from = now();
    const served = await progress.step('traffic', () => serve(whole, o.seconds));
    const span: Span = { from, to: now(), stepSeconds: everySeconds, rateSeconds: 10 };
    const trace = await progress.step('a trace', () => traceOf(whole, collector));
    const seen = await progress.step('panels', () => lookAt(prometheus, pages, span));
    const drawn = [
      ...seen.map((one) => ({ name: one.page.uid, drawn: drawPage(one, span) })),
      { name: 'oms-trace', drawn: drawTrace('OMS: one order, one trace', trace) },
    ];
    const taken = await progress.step('pictures', async () => {
      const pictures = [];
      for (const { name, drawn: page } of drawn) pictures.push(await camera.take(page, name));
      return pictures;
    });
    await progress.close();
    console.log(`${served.placed} orders placed, ${served.refused} refused; ${trace.length} spans in one trace`);
    for (const { picture, kilobytes } of taken) console.log(`${picture} (${kilobytes} kB)`);
    const empty = emptyOnes(seen);
    const queries = pages.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries)));
    console.log(
      `${queries.length - empty.length} of ${queries.length} queries have something to show, or well nothing`,
    );
    for (const line of empty) console.log(`  nothing: ${line}`);
    return empty.length === 0;
  } finally {
    await prometheus.stop();
    await whole.stop();
    await collector.stop();
  }
}

/** One order alone, followed until every service has told its part. */
async function traceOf(whole: WholeSystem, collector: TraceCollector): Promise<TraceSpan[]> {
  const [staff, customer] = await Promise.all([whole.as('staff'), whole.as('customer')]);
  const itemId = await newItem(staff, { name: 'Arroz de pato', quantity: 5, price: '14.00' });
  const wish = { items: [{ itemId, quantity: 2 }], deliveryAddress };
  const placed = await customer.post('/v1/orders', wish, { 'idempotency-key': randomUUID() });
  const requestId = placed.headers.get('x-request-id');
  for (const endMs = performance.now() + 20_000; performance.now() < endMs; await wait(200)) {
    const door = collector.spans.find(({ attributes }) => attributes['oms.request_id'] === requestId);
    const spans = collector.spans.filter(({ traceId }) => traceId === door?.traceId);
    if (isWhole(spans)) return spans;
  }
  throw new Error(`The trace of the order ${placed.status} was not told whole within 20 s.`);
}
