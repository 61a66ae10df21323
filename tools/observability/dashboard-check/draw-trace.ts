// One trace as a waterfall: each span below its parent, with its service, when it began and how long it took.

import type { Span } from '../../verification/journey/trace-collector.ts';
import { documentOf, pageWidth, type Drawn } from './draw-page.ts';
import { colors } from './draw-lines.ts';
import { htmlText } from './words.ts';

const margin = 14;
const head = 84;
const line = 18;
const barsAt = 640;
const barsWidth = pageWidth - barsAt - margin - 60;

const style = `
  .span { position: absolute; left: ${margin}px; width: ${pageWidth - 2 * margin}px; height: ${line}px; border-top: 1px solid #e6e8e9; font-size: 10.5px; line-height: ${line}px; }
  .span b, .span span, .span i { position: absolute; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .span i { height: 9px; top: 4px; border-radius: 2px; }
  .heads { color: #6a7178; border: none; }`;

type Depth = { span: Span; depth: number };

export function drawTrace(title: string, spans: readonly Span[]): Drawn {
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const tookMs = Math.max(...spans.map((span) => span.endMs)) - startMs;
  const services = [...new Set(inTurn(spans).map(({ span }) => span.service))];
  const rows = inTurn(spans).map(({ span, depth }, at) => {
    const color = colors[services.indexOf(span.service) % colors.length]!;
    const x = barsAt + ((span.startMs - startMs) / tookMs) * barsWidth;
    const width = Math.max(2, ((span.endMs - span.startMs) / tookMs) * barsWidth);
    return `<div class="span" style="top:${head + at * line}px">
  <b style="left:0;width:96px;color:${color}">${htmlText(span.service)}</b>
  <span style="left:${100 + depth * 14}px;width:${390 - depth * 14}px">${htmlText(span.name)}</span>
  <span style="left:500px;width:60px;text-align:right">${(span.startMs - startMs).toFixed(0)} ms</span>
  <span style="left:565px;width:60px;text-align:right">${msText(span.endMs - span.startMs)}</span>
  <i style="left:${x.toFixed(1)}px;width:${width.toFixed(1)}px;background:${color}"></i></div>`;
  });
  const heads = `<div class="span heads" style="top:${head - line}px"><span style="left:0">service</span><span style="left:100px">what</span>
  <span style="left:500px;width:60px;text-align:right">begins</span><span style="left:565px;width:60px;text-align:right">takes</span></div>`;
  const height = head + rows.length * line + margin;
  const note = `${spans.length} spans of ${services.length} services within ${msText(tookMs)}. Drawn by npm run sights from what the services told a collector; a preview of what Jaeger shows.`;
  return { html: documentOf(title, note, height, heads + rows.join('\n'), style), width: pageWidth, height };
}

/** Parents before their children, these in the order they began. */
function inTurn(spans: readonly Span[]): Depth[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const byParent = Map.groupBy(spans, ({ parentSpanId }) => (known.has(parentSpanId) ? parentSpanId : ''));
  const below = (parent: string, depth: number): Depth[] =>
    (byParent.get(parent) ?? [])
      .toSorted((a, b) => a.startMs - b.startMs)
      .flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)]);
  return below('', 0);
}

function msText(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}
