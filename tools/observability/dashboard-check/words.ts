// Values and names as Grafana writes them, near enough for a preview.

import type { Unit } from '../dashboards/page.ts';

export function valueText(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return '-';
  switch (unit) {
    case 'percentunit':
      return `${round(value * 100)} %`;
    case 's':
      return value !== 0 && value < 1 ? `${round(value * 1_000)} ms` : `${round(value)} s`;
    case 'ms':
      return value >= 1_000 ? `${round(value / 1_000)} s` : `${round(value)} ms`;
    case 'bytes':
      return `${round(value / 1_048_576)} MiB`;
    case 'reqps':
      return `${large(value)} req/s`;
    case 'ops':
      return `${large(value)}/s`;
    case 'short':
      return large(value);
  }
}

/** `{{status}} of {{service}}` with a series' own labels. */
export function legendText(legend: string, labels: Record<string, string>): string {
  return legend.replace(/\{\{(\w+)\}\}/g, (_, name: string) => labels[name] ?? '');
}

export function htmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function large(value: number): string {
  return value >= 10_000 ? `${round(value / 1_000)} k` : round(value);
}

function round(value: number): string {
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)));
}
