// The frames of an event stream, as text.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

/** Why the changes before are not sent: fetch the present state, and go on from here. */
export type ResetReason =
  /** The stream is new. */
  | 'NEW'
  /** The changes after the given position are not kept any more. */
  | 'GONE'
  /** There are more of them than one stream sends. */
  | 'BEHIND'
  /** The given position does not exist (yet), for example because the database was restored. */
  | 'UNKNOWN';

/** Why a stream ends; connect again with Last-Event-ID. */
export type CloseReason =
  /** The process stops. */
  | 'SHUTDOWN'
  /** The token has expired: connect with a new one. */
  | 'TOKEN_EXPIRED'
  /** The client read more slowly than changes came. */
  | 'SLOW';

export type Frame = {
  event: 'continued' | 'reset' | 'change' | 'closed';
  /** What the client sends as Last-Event-ID when it connects again; absent: as before. */
  id?: string;
  /** JSON, which has no line breaks. */
  data: string;
  retryMs?: number;
};

export function frameText({ event, id, data, retryMs }: Frame): string {
  const retry = retryMs === undefined ? '' : `retry: ${retryMs}\n`;
  return `${retry}event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}

/** A comment, so that no one in between takes the connection for dead. With an id, the client's position moves on without an event. */
export function heartbeatText(id?: string): string {
  return id === undefined ? ':\n\n' : `:\nid: ${id}\n\n`;
}

export function continuedFrame(position: string): string {
  return frameText({ event: 'continued', id: position, data: JSON.stringify({ position }), retryMs: retryMs() });
}

/** @param order JSON of the present state; only in the stream of one order */
export function resetFrame(reason: ResetReason, position: string, order?: string): string {
  const rest = order === undefined ? '' : `,"order":${order}`;
  const data = `{"reason":"${reason}","position":${JSON.stringify(position)}${rest}}`;
  return frameText({ event: 'reset', id: position, data, retryMs: retryMs() });
}

/** @param change JSON; @param order JSON of the order after the change, or of a later state of it */
export function changeFrame(id: string, change: string, order: string): string {
  return frameText({ event: 'change', id, data: `{"change":${change},"order":${order}}` });
}

export function closedFrame(reason: CloseReason): string {
  return frameText({ event: 'closed', data: JSON.stringify({ reason }), retryMs: retryMs() });
}

const retryFromMs = 1_000;
const retryToMs = 4_000;

/** Different for each client, so that those of a process that stops do not all come back at the same moment. */
function retryMs(): number {
  return Math.round(retryFromMs + Math.random() * (retryToMs - retryFromMs));
}
