// The metrics and labels of a PromQL query, parsed with the grammar of Prometheus' own page.

import { parser } from '@prometheus-io/lezer-promql';

export type Asked = { name: string; labels: string[] };

/** Metrics by name, those of a histogram by the histogram's own, with the labels by which they are chosen. Throws Error where it can't be read. */
export function metricsIn(query: string): Asked[] {
  const asked: Asked[] = [];
  parser.parse(query).iterate({
    enter(node) {
      if (node.type.isError)
        throw new Error(
          `Cannot read ${JSON.stringify(query)} at ${JSON.stringify(query.slice(node.from, node.from + 20))}.`,
        );
      if (node.name === 'VectorSelector') asked.push({ name: '', labels: [] });
      const text = query.slice(node.from, node.to);
      const parent = node.node.parent?.name;
      if (node.name === 'Identifier' && parent === 'VectorSelector') asked.at(-1)!.name = histogramOf(text);
      if (node.name === 'LabelName' && parent?.endsWith('LabelMatcher')) asked.at(-1)!.labels.push(text);
    },
  });
  return asked;
}

function histogramOf(series: string): string {
  return series.replace(/_(bucket|sum|count)$/, '');
}
