// Every panel of every dashboard, asked of a real Prometheus beside a running system, shows something.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../database/migrate/databases.ts';
import type { WholeSystem } from '../../verification/journey/whole-system.ts';
import { pages } from '../dashboards/pages.ts';
import { prometheusProgram } from '../promtool.ts';
import { startPrometheus } from '../dashboard-check/prometheus.ts';
import { emptyOnes, lookAt } from '../dashboard-check/seen.ts';
import { serve } from '../dashboard-check/traffic.ts';

/** Registers the test, after those by which the system was refused, alerted and so on; `whole` is asked when it runs. */
export function describePanels(whole: () => WholeSystem): void {
  test('every panel of every dashboard has something to show', async ({ annotate }) => {
    const missing = await prometheusProgram('prometheus').then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (missing !== undefined) {
      await annotate(`The dashboards were not asked for their figures: ${missing}.`, 'without');
      return;
    }
    const dir = join(root, '.data/journey-prometheus');
    const prometheus = await startPrometheus({ urls: whole().system.urls, dir, everySeconds: 1 });
    try {
      const from = Date.now() / 1_000;
      await serve(whole(), 8);
      const seen = await lookAt(prometheus, pages, { from, to: Date.now() / 1_000, stepSeconds: 1, rateSeconds: 6 });
      expect(emptyOnes(seen)).toEqual([]);
    } finally {
      await prometheus.stop();
    }
  });
}
