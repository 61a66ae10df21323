// Lines over time as one SVG: a scale from 0, the seconds below, a break where there is no value.

import type { Unit } from '../dashboards/page.ts';
import type { Sample } from './prometheus.ts';
import { htmlText, valueText } from './words.ts';

export type Line = { name: string; color: string; samples: readonly Sample[] };
export type Frame = { width: number; height: number; unit: Unit; from: number; to: number };

export const colors = [
  ...['#3b7d3f', '#c98a00', '#2f6fb3', '#c4472f', '#7a4fa3', '#1d8f8a', '#b0457f', '#7d6a2c', '#4a5fc1', '#8a8f2a'],
  ...['#d0703a', '#4f7f92'],
];

const mebibyte = 1_048_576;
const left = 62;
const right = 14;
const bottom = 18;
const top = 6;

export function drawLines(lines: readonly Line[], { width, height, unit, from, to }: Frame): string {
  const highest = Math.max(
    0,
    ...lines.flatMap(({ samples }) => samples.map(([, value]) => (Number.isFinite(value) ? value : 0))),
  );
  const max = unit === 'bytes' ? scaleTo(highest / mebibyte) * mebibyte : scaleTo(highest);
  const x = (at: number) => left + ((at - from) / (to - from)) * (width - left - right);
  const y = (value: number) => top + (1 - value / max) * (height - top - bottom);
  const levels = [0, 0.25, 0.5, 0.75, 1].map((share) => share * max);
  const stepSeconds = (to - from) / 5 > 45 ? 30 : 15;
  const moments = Array.from({ length: Math.floor((to - from) / stepSeconds) + 1 }, (_, at) => at * stepSeconds);
  return [
    `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    ...levels.map(
      (level) =>
        `<line x1="${left}" x2="${width - right}" y1="${fixed(y(level))}" y2="${fixed(y(level))}" class="level"/>` +
        `<text x="${left - 6}" y="${fixed(y(level) + 4)}" text-anchor="end">${htmlText(valueText(level, unit))}</text>`,
    ),
    ...moments.map((s) => `<text x="${fixed(x(from + s))}" y="${height - 4}" text-anchor="middle">${s} s</text>`),
    ...lines.map(({ samples, color }) => `<path d="${pathOf(samples, x, y)}" stroke="${color}"/>`),
    '</svg>',
  ].join('');
}

function pathOf(samples: readonly Sample[], x: (at: number) => number, y: (value: number) => number): string {
  let pen = 'M';
  let lastAt = Number.NaN;
  const step = Math.min(...samples.slice(1).map(([at], before) => at - samples[before]![0]));
  return samples
    .map(([at, value]) => {
      if (!Number.isFinite(value) || at - lastAt > 1.5 * step) pen = 'M';
      lastAt = at;
      if (!Number.isFinite(value)) return '';
      const drawn = `${pen}${fixed(x(at))} ${fixed(y(value))}`;
      pen = 'L';
      return drawn;
    })
    .join('');
}

/** The next above of 1, 2, 4, 6, 8, 10 times a power of ten. */
function scaleTo(highest: number): number {
  if (highest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  return ([1, 2, 4, 6, 8, 10].find((times) => times * power > highest) ?? 20) * power;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
