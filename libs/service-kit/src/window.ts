// The times and windows of queries: the same rule and the same refusals in every service.

import { Refusal } from './refusal.ts';

/** From (included) to (excluded); an absent end is open. */
export type Window = { from: Date | null; to: Date | null };

type Names = { from: string; to: string };

const yearMin = 2000;
const yearMax = 9999;

/**
 * The window between two RFC 3339 times of a request.
 *
 * @param names of the two fields in the request
 * @throws Refusal VALIDATION_FAILED for a time that does not exist or is out of range, and for a window that is empty or reversed
 */
export function parseWindow(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  names: Names = { from: 'from', to: 'to' },
): Window {
  const window = { from: parseTime(from, names.from), to: parseTime(to, names.to) };
  return orderedWindow(window, names);
}

/** The window itself, or Refusal VALIDATION_FAILED if the end is not after the start. */
export function orderedWindow<W extends Window>(window: W, names: Names = { from: 'from', to: 'to' }): W {
  const { from, to } = window;
  if (from === null || to === null || from < to) return window;
  const given = `the window goes from ${from.toISOString()} to ${to.toISOString()}`;
  throw invalid(names.to, `must be later than ${names.from}, but ${given}`);
}

/**
 * The RFC 3339 time of a request; null if it is absent. RFC 3339 allows times that no service can hold: leap seconds, and a zone that moves
 * the time out of the years with four digits.
 *
 * @throws Refusal VALIDATION_FAILED for these
 */
export function parseTime(text: string | undefined, field: string): Date | null {
  if (text === undefined) return null;
  const time = new Date(text);
  const year = time.getUTCFullYear();
  if (year >= yearMin && year <= yearMax) return time;
  const rule = Number.isNaN(year)
    ? 'must be a time that exists, such as 2026-11-23T12:00:00Z; leap seconds do not'
    : `must be a time in the years ${yearMin} to ${yearMax} (UTC)`;
  throw invalid(field, `${rule}, not ${JSON.stringify(text)}`);
}

function invalid(field: string, message: string): Refusal {
  return new Refusal('VALIDATION_FAILED', `The request is invalid: ${field} ${message}.`, {
    errors: [{ field, message }],
  });
}
