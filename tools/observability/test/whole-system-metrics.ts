// The metrics of a running system are those of the list that alerts, dashboards and docs use.
import { describe, expect, test } from 'vitest';
import { services } from '../../dev/stack/services.ts';
import type { WholeSystem } from '../../verification/journey/whole-system.ts';
import { metrics, ownMetrics } from '../metrics.ts';

/** Registers the tests; `whole` is asked when they run. */
export function describeMetrics(whole: () => WholeSystem): void {
  describe.each([...services])('the metrics of %s', (service) => {
    test('are those of the list, each of its type and with its labels', async () => {
      const text = await (await fetch(`${whole().system.managementUrls[service]}/metrics`)).text();
      const types = new Map(
        [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
      );
      const listed = Object.entries(metrics).filter(([, metric]) => metric.services.includes(service));
      for (const [name, { type }] of listed) expect(types.get(name), name).toBe(type);
      const own = [...types.keys()].filter((name) => !/^(nodejs|process)_/.test(name));
      expect(own.toSorted()).toEqual(
        Object.keys(ownMetrics)
          .filter((name) => ownMetrics[name]!.services.includes(service))
          .toSorted(),
      );
      for (const [, series = '', labels = ''] of text.matchAll(/^([a-z_]+)\{(.*)\} /gm)) {
        const metric = metrics[series] ?? metrics[series.replace(/_(bucket|sum|count)$/, '')];
        if (!metric) continue;
        const names = [...labels.matchAll(/([a-z_]+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label);
        expect([...metric.labels, 'service', 'le'], series).toEqual(expect.arrayContaining(names));
      }
    });

    test('name no customer, no address and nobody who asks', async () => {
      const text = await (await fetch(`${whole().system.managementUrls[service]}/metrics`)).text();
      expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/i);
      expect(text).not.toMatch(/Harbour Street|Bearer|@oms\.example/);
    });
  });
}
