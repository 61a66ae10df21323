// The window of a query: from (included) to (excluded); an absent end is open.
import { Refusal } from '@oms/service-kit/refusal';

export type Window = { from: Date | null; to: Date | null };

/**
 * Parses the window of a query.
 * @throws Refusal VALIDATION_FAILED for a time that does not exist, and if the end is not after the start.
 */
export function parseWindow(query: { from?: string; to?: string }): Window {
  return orderedWindow({ from: parseTime('from', query.from), to: parseTime('to', query.to) });
}

/** The window itself, or Refusal VALIDATION_FAILED if the end is not after the start. */
export function orderedWindow<W extends Window>(window: W): W {
  const { from, to } = window;
  if (from === null || to === null || from < to) return window;
  throw invalid(
    'to',
    `to must be later than from, but the window goes from ${from.toISOString()} to ${to.toISOString()}`,
  );
}

function parseTime(field: string, text: string | undefined): Date | null {
  if (text === undefined) return null;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) {
    throw invalid(field, `${field} must be a time that exists, such as 2026-11-23T12:00:00Z, but is "${text}"`);
  }
  return time;
}

function invalid(field: string, message: string): Refusal {
  return new Refusal('VALIDATION_FAILED', message, { errors: [{ field, message }] });
}
