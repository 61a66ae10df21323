// Writes the files of Prometheus, Grafana and the chart from the alerts and dashboards of this folder: `npm run generate`, or this file alone.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from '../database/migrate/databases.ts';
import { dashboardOf } from './dashboards/grafana.ts';
import { pages } from './dashboards/pages.ts';
import { renderRules } from './rules-file.ts';

/** By path from the root. Helm can only read files of the chart, so the rules are also there. */
export function renderFiles(): Record<string, string> {
  const rules = renderRules();
  const dashboards = pages.map((page): [string, string] => [
    `docker/grafana/dashboards/${page.uid}.json`,
    `${JSON.stringify(dashboardOf(page), null, 2)}\n`,
  ]);
  return {
    'docker/prometheus-rules.yml': rules,
    'k8s/chart/files/prometheus-rules.yml': rules,
    ...Object.fromEntries(dashboards),
  };
}

/** Those that were not up to date. */
export async function generateObservability(): Promise<string[]> {
  const written: string[] = [];
  for (const [path, text] of Object.entries(renderFiles())) {
    const file = join(root, path);
    if ((await readFile(file, 'utf8').catch(() => null)) === text) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    written.push(path);
  }
  return written;
}

if (import.meta.main) {
  const written = await generateObservability();
  console.log(written.length > 0 ? `wrote ${written.join(', ')}` : 'rules and dashboards are up to date');
}
