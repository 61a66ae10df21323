// The alerts as a rules file of Prometheus, for docker/compose.yaml and for the chart's PrometheusRule.

import { stringify } from 'yaml';
import { alerts, runbookOf, type Alert } from './alerts.ts';

const head = '# Made from tools/observability/alerts.ts by `npm run generate`; change it there.\n';

export function renderRules(some: readonly Alert[] = alerts): string {
  const groups = [{ name: 'oms', rules: some.map(ruleOf) }];
  return head + stringify({ groups }, { lineWidth: 0 });
}

function ruleOf(alert: Alert) {
  const { name, severity, expr, summary, description } = alert;
  return {
    alert: name,
    expr,
    ...(alert.for !== undefined && { for: alert.for }),
    labels: { severity },
    annotations: { summary, description, runbook_url: runbookOf(alert) },
  };
}
