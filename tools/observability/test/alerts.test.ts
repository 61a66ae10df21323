// Every alert has a runbook and cases: promtool checks that it is raised in some and silent in the others.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { run } from '../../dev/command/run.ts';
import { root } from '../../database/migrate/databases.ts';
import { files, read } from '../../repo/tidy/repository.ts';
import { alerts, runbookOf } from '../alerts.ts';
import { metrics } from '../metrics.ts';
import { metricsIn } from '../promql.ts';
import { prometheusProgram } from '../promtool.ts';
import { renderRules } from '../rules-file.ts';
import { alertCases } from './alert-cases.ts';
import type { AlertCase } from './alert-case.ts';

const folder = mkdtempSync(join(tmpdir(), 'oms-alerts-'));
const rules = join(folder, 'rules.yml');
writeFileSync(rules, renderRules());
afterAll(() => rmSync(folder, { recursive: true }));

test('each alert has its runbook, and each runbook its alert', () => {
  const pages = files.filter((file) => file.startsWith('docs/runbooks/') && !file.endsWith('/README.md'));
  expect(pages.toSorted()).toEqual(alerts.map(runbookOf).toSorted());
  const index = read('docs/runbooks/README.md');
  const rows = [...index.matchAll(/^\| \[(\w+)\]\((\S+)\) +\| (\w+) +\|$/gm)].map(([, ...words]) => words);
  expect(rows).toEqual(alerts.map((alert) => [alert.name, runbookOf(alert).split('/').at(-1), alert.severity]));
});

test.each(alerts.map((alert) => [alert.name, alert] as const))(
  'the runbook of %s has all its sections',
  (name, alert) => {
    const page = read(runbookOf(alert));
    expect(page.split('\n')[0]).toBe(`# ${name}`);
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      ...['What it means', 'Look', 'Do', 'Do not'],
    ]);
  },
);

test.each(alerts.map(({ name, expr }) => [name, expr]))('%s asks only for metrics that there are', (_, expr) => {
  const known = new Set([...Object.keys(metrics), 'up']);
  const named = metricsIn(expr).map(({ name }) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test.each(alerts.map((alert) => [alert.name, alert] as const))(
  'the runbook of %s asks for what there is',
  (_, alert) => {
    const page = read(runbookOf(alert));
    const queries = [...page.matchAll(/(?:`|^ {6})((?:sum|max|rate|changes|histogram_quantile)\b[^`\n]*\([^`\n]*)/gm)];
    const named = queries.flatMap(([, query = '']) => metricsIn(query).map(({ name }) => name));
    const mentioned = [
      ...page.matchAll(
        /`((?:http|orders?|inventory|notification|group_commit|messaging|pg_pool|nodejs|process)_[a-z0-9_]+)/g,
      ),
    ];
    const all = [...named, ...mentioned.map(([, name = '']) => name.replace(/_(bucket|sum|count)$/, ''))];
    expect(all.filter((name) => !(name in metrics) && name !== 'up')).toEqual([]);
  },
);

test('each alert has a case in which it is raised, and one in which it is silent', () => {
  expect(Object.keys(alertCases).toSorted()).toEqual(alerts.map(({ name }) => name).toSorted());
  for (const [name, cases] of Object.entries(alertCases)) {
    expect(new Set(cases.map(({ raised }) => raised !== null)), name).toEqual(new Set([true, false]));
  }
});

const promtool = await prometheusProgram('promtool').catch((error: Error) => error);
if (promtool instanceof Error) {
  test('without promtool no alert is raised, and that is reported', async ({ annotate }) => {
    await annotate(`The alerts were not tried out: ${promtool.message}.`, 'without');
  });
} else {
  test('Prometheus takes the rules', async () => {
    const { code, out, err } = await run(promtool, ['check', 'rules', rules]);
    expect(`${out}${err}`).toContain(`${alerts.length} rules found`);
    expect(code).toBe(0);
  });

  test('Prometheus takes the settings of the containers', async () => {
    const settings = read('docker/prometheus.yml').replace('/etc/prometheus/prometheus-rules.yml', rules);
    expect(settings).toContain(rules);
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, settings);
    const { code, out, err } = await run(promtool, ['check', 'config', file]);
    expect(code, `${out}${err}`).toBe(0);
  });

  describe.each(Object.keys(alertCases))('%s', (name) => {
    test.each(alertCases[name]!.map((one) => [caseName(one), one] as const))('%s', async (_, alertCase) => {
      const { code, out, err } = await check(promtool, name, alertCase);
      expect(code, `${out}${err}`).toBe(0);
    });
  });
}

function caseName({ when, raised }: AlertCase): string {
  return `${raised ? 'is raised' : 'is silent'}: ${when}`;
}

function check(command: string, name: string, { series, minutes, interval = '15s', raised }: AlertCase) {
  const alert = alerts.find((one) => one.name === name)!;
  const { severity } = alert;
  const test = {
    interval,
    input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
    promql_expr_test: [
      {
        expr: `ALERTS{alertname="${name}",alertstate="firing"}`,
        eval_time: `${minutes}m`,
        exp_samples: (raised ?? []).map((labels) => ({
          labels: `ALERTS{${Object.entries({ alertname: name, alertstate: 'firing', severity, ...labels })
            .map(([label, value]) => `${label}="${value}"`)
            .join(',')}}`,
          value: 1,
        })),
      },
    ],
  };
  const folderOfCase = mkdtempSync(join(folder, `${name}-`));
  writeFileSync(join(folderOfCase, 'rules.yml'), renderRules([alert]));
  const file = join(folderOfCase, 'case.yml');
  writeFileSync(file, stringify({ rule_files: ['rules.yml'], evaluation_interval: interval, tests: [test] }));
  return run(command, ['test', 'rules', file], { cwd: root });
}
