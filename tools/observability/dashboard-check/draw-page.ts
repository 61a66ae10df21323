// A dashboard as one plain HTML page of a known height: what Grafana would show of these figures, near enough to be looked at.

import { placed } from '../dashboards/grafana.ts';
import { colors, drawLines, type Line } from './draw-lines.ts';
import type { SeenPage, SeenPanel, Span } from './seen.ts';
import { htmlText, legendText, valueText } from './words.ts';

export type Drawn = { html: string; width: number; height: number };
type Place = { x: number; y: number; w: number; h: number };

export const pageWidth = 1_400;
const margin = 14;
const gap = 6;
const column = (pageWidth - 2 * margin) / 24;
const line = 30;
const head = 62;
/** As many names as fit below a chart. */
const namesMax = 12;

const style = `
  * { box-sizing: border-box; margin: 0; }
  body { width: ${pageWidth}px; background: #f4f5f5; font: 12px/1.35 'DejaVu Sans', Arial, sans-serif; color: #24292e; position: relative; }
  h1 { position: absolute; left: ${margin}px; top: 10px; font-size: 20px; }
  .note { position: absolute; left: ${margin}px; top: 37px; color: #6a7178; }
  h2 { position: absolute; left: ${margin}px; font-size: 14px; padding-top: 8px; }
  .panel { position: absolute; background: #fff; border: 1px solid #dfe1e3; border-radius: 3px; padding: 6px 8px; overflow: hidden; }
  h3 { font-size: 12px; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .figure { font-size: 30px; text-align: center; padding-top: 18px; color: #2f6fb3; }
  .names { font-size: 10px; line-height: 13px; height: 52px; overflow: hidden; }
  .names span { white-space: nowrap; margin-right: 8px; }
  .names i { display: inline-block; width: 10px; height: 3px; margin: 0 4px 3px 0; }
  .well { text-align: center; padding-top: 80px; color: #8b9299; }
  svg { display: block; }
  svg text { font-size: 10px; fill: #6a7178; }
  svg .level { stroke: #eceeef; stroke-width: 1; }
  svg path { fill: none; stroke-width: 1.6; }`;

export function drawPage({ page, panels }: SeenPage, span: Span): Drawn {
  const rows = placed(page);
  const [, lastPlace] = rows.at(-1)!.panels.at(-1)!;
  const height = head + (lastPlace.y + lastPlace.h) * line + margin;
  const body = rows.flatMap(({ title, panels: places }) => [
    `<h2 style="top:${head + title.y * line}px">${htmlText(title.text)}</h2>`,
    ...places.map(([panel, place]) => drawPanel(panels.get(panel)!, place, span)),
  ]);
  const note =
    "Drawn by npm run sights from the dashboard's own queries, asked of a real Prometheus beside a running system: a preview of what Grafana shows. Grafana was not run.";
  return { html: documentOf(page.title, note, height, body.join('\n')), width: pageWidth, height };
}

export function documentOf(title: string, note: string, height: number, body: string, more = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${htmlText(title)}</title><style>${style}${more}
  body { height: ${height}px; }</style></head><body>
<h1>${htmlText(title)}</h1><p class="note">${htmlText(note)}</p>
${body}
</body></html>
`;
}

function drawPanel(seen: SeenPanel, { x, y, w, h }: Place, span: Span): string {
  const [width, height] = [w * column - gap, h * line - gap];
  const box = `left:${margin + x * column}px;top:${head + y * line}px;width:${width}px;height:${height}px`;
  const inside =
    seen.panel.kind === 'figure' ? figureOf(seen) : linesOf(seen, { width: width - 18, height: height - 82 }, span);
  return `<div class="panel" style="${box}"><h3>${htmlText(seen.panel.title)}</h3>${inside}</div>`;
}

function figureOf({ panel, shown }: SeenPanel): string {
  const value = shown[0]?.series[0]?.samples.at(-1)?.[1] ?? Number.NaN;
  return `<p class="figure">${htmlText(valueText(value, panel.unit))}</p>`;
}

function linesOf({ panel, shown }: SeenPanel, size: { width: number; height: number }, { from, to }: Span): string {
  const found = shown.flatMap(({ query, series }) =>
    series.map(({ labels, samples }) => ({ name: legendText(query.legend, labels), samples })),
  );
  if (found.length === 0) return `<p class="well">No data${panel.emptyWhenWell ? ', which is good news' : ''}</p>`;
  const named = found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const lines: Line[] = named.map((one, at) => ({ ...one, color: colors[at % colors.length]! }));
  const more = lines.length > namesMax ? `<span>and ${lines.length - namesMax} more</span>` : '';
  const names = lines.slice(0, namesMax).map(nameOf).join('');
  return `${drawLines(lines, { ...size, unit: panel.unit, from, to })}<p class="names">${names}${more}</p>`;
}

function nameOf({ name, color }: Line): string {
  return `<span><i style="background:${color}"></i>${htmlText(name)}</span>`;
}
