// A real Prometheus beside a system of our own: scrapes its services, raises the alerts, and answers the queries of the dashboards.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startChild, untilReady } from '../../dev/stack/child.ts';
import { freePort } from '../../dev/stack/ports.ts';
import { services, type Service } from '../../dev/stack/services.ts';
import { prometheusProgram } from '../promtool.ts';
import { renderRules } from '../rules-file.ts';

export type Sample = [atSeconds: number, value: number];
export type Series = { labels: Record<string, string>; samples: Sample[] };

export type Prometheus = {
  /** The values at one moment. */
  at(query: string, seconds: number): Promise<Series[]>;
  /** The values over time, one each `stepSeconds`. Throws Error with Prometheus' words for a query that it refuses. */
  over(query: string, from: number, to: number, stepSeconds: number): Promise<Series[]>;
  stop(): Promise<void>;
};

/** Ready, and without data yet. Throws Error that says what is missing where there is no Prometheus. */
export async function startPrometheus({
  dir,
  urls,
  everySeconds,
}: {
  /** The management ports of the services. */
  urls: Record<Service, string>;
  dir: string;
  everySeconds: number;
}): Promise<Prometheus> {
  const command = await prometheusProgram('prometheus');
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'rules.yml'), renderRules());
  writeFileSync(join(dir, 'prometheus.yml'), settings(urls, everySeconds));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = startChild({
    name: 'prometheus',
    command,
    args: [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
    ],
    logFile: join(dir, 'prometheus.log'),
    runDir: join(dir, 'run'),
    stopMs: 5_000,
  });
  await untilReady(child, async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true);

  return {
    async at(query, seconds) {
      const found = await ask(`${url}/api/v1/query`, { query, time: String(seconds) });
      return found.map(({ metric, value }) => ({ labels: metric, samples: value ? [sampleOf(value)] : [] }));
    },
    async over(query, from, to, stepSeconds) {
      const span = { start: String(from), end: String(to), step: String(stepSeconds) };
      const found = await ask(`${url}/api/v1/query_range`, { query, ...span });
      return found.map(({ metric, values = [] }) => ({ labels: metric, samples: values.map(sampleOf) }));
    },
    stop: () => child.stop(),
  };
}

/** As docker/prometheus.yml, for services on ports of this machine. */
function settings(urls: Record<Service, string>, everySeconds: number): string {
  return stringify({
    global: { scrape_interval: `${everySeconds}s`, evaluation_interval: `${everySeconds}s` },
    rule_files: ['rules.yml'],
    scrape_configs: [
      {
        job_name: 'dashboard-check',
        honor_labels: true,
        static_configs: services.map((service) => ({
          targets: [new URL(urls[service]).host],
          labels: { service, part_of: 'oms' },
        })),
      },
    ],
  });
}

type RawSeries = { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] };

async function ask(url: string, form: Record<string, string>): Promise<RawSeries[]> {
  const reply = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  const { data, error } = (await reply.json()) as { data?: { resultType: string; result: unknown }; error?: string };
  if (!data) throw new Error(`Prometheus refused ${form['query']}: ${error}`);
  if (data.resultType === 'scalar') return [{ metric: {}, value: data.result as [number, string] }];
  return data.result as RawSeries[];
}

/** What is no number (0 / 0) is none. */
function sampleOf([at, value]: [number, string]): Sample {
  return [at, Number(value)];
}
