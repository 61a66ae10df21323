// Every query of every dashboard, sent to a real Prometheus that scrapes a running system, returns data.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../database/migrate/databases.ts';
import type { WholeSystem } from '../../verification/journey/whole-system.ts';
import { emptyQueries, queryPanels } from '../dashboard-check/panel-check.ts';
import { startPrometheus } from '../dashboard-check/prometheus.ts';
import { serve } from '../dashboard-check/traffic.ts';
import { pages } from '../dashboards/pages.ts';
import { prometheusProgram } from '../promtool.ts';

const deadlineMs = 60_000;

/** Registers the test, after those in which the system refused, alerted and so on; `whole` is called when it runs. */
export function describePanels(whole: () => WholeSystem): void {
  test(
    'every panel of every dashboard has data',
    async ({ annotate }) => {
      const missing = await prometheusProgram('prometheus').then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (missing !== undefined) {
        await annotate(`The queries of the dashboards were not run: ${missing}.`, 'without');
        return;
      }
      const dir = join(root, '.data/journey-prometheus');
      const prometheus = await startPrometheus({ urls: whole().system.managementUrls, dir, everySeconds: 1 });
      try {
        expect(await emptyAfterTraffic()).toEqual([]);
      } finally {
        await prometheus.stop();
      }

      /** Traffic continues until all queries have data: on a busy machine the first scrapes may miss a request. */
      async function emptyAfterTraffic(): Promise<string[]> {
        const endMs = performance.now() + deadlineMs;
        for (const from = Date.now() / 1_000; ;) {
          await serve(whole(), 8);
          const range = { from, to: Date.now() / 1_000, stepSeconds: 1, rateSeconds: 6 };
          const empty = emptyQueries(await queryPanels(prometheus, pages, range));
          if (empty.length === 0 || performance.now() > endMs) return empty;
        }
      }
    },
    2 * deadlineMs,
  );
}
