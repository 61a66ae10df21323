// The connection of one stream: what is written to it, how much of that waits for the client, and how it ends.

import type { ServerResponse } from 'node:http';
import { closedFrame, heartbeatText, type CloseReason } from './frames.ts';

export type Connection = {
  write(text: string): void;
  /** More waits for the client than the buffer holds: nothing more should be written until it is drained. */
  isBehind(): boolean;
  /** Calls `resume` once the client has read everything. */
  onDrained(resume: () => void): void;
  /** Ends the stream in order: the client has everything that was written, and a reason. */
  close(reason: CloseReason): void;
  /** Ends the stream at once, whatever the client has read. */
  destroy(): void;
  isOpen(): boolean;
  /** To be called about once a second. */
  tick(nowMs: number): void;
};

export type ConnectionOptions = {
  response: ServerResponse;
  bufferBytesMax: number;
  heartbeatMs: number;
  /** When the caller's token expires, by the system's clock. */
  expiresAtMs: number;
  /** Set by the stream, if the client's position moved on since the last frame. */
  heartbeatId?: () => string | undefined;
  /** Called once: the stream has ended, by whomever. `undefined`: the client has left. */
  onEnd: (reason: CloseReason | undefined) => void;
};

/** A client that reads nothing for so long, while its buffer is full, is disconnected. */
const unreadMs = 30_000;
/** And so is one that does not read the last frame. */
const lastFrameUnreadMs = 5_000;

export function createConnection(options: ConnectionOptions): Connection {
  const { response, bufferBytesMax, heartbeatMs, expiresAtMs, heartbeatId, onEnd } = options;
  let heartbeatAtMs = Date.now() + heartbeatMs;
  let behindSinceMs: number | undefined;
  let reason: CloseReason | undefined;
  let closedAtMs = Infinity;
  let ended = false;
  response.once('close', () => {
    ended = true;
    onEnd(reason);
  });
  return { write, isBehind, onDrained, close, destroy, isOpen, tick };

  function write(text: string): void {
    if (ended || response.writableEnded) return;
    response.write(text);
    heartbeatAtMs = Date.now() + heartbeatMs;
  }

  function isBehind(): boolean {
    // Only then does a drain follow.
    return response.writableNeedDrain && response.writableLength > bufferBytesMax;
  }

  function onDrained(resume: () => void): void {
    response.once('drain', resume);
  }

  function close(why: CloseReason): void {
    if (ended || reason !== undefined) return;
    reason = why;
    closedAtMs = Date.now();
    // The rest of a buffer that the client does not read would only keep the process from stopping.
    if (isBehind()) response.destroy();
    else response.end(closedFrame(why));
  }

  function destroy(): void {
    response.destroy();
  }

  function isOpen(): boolean {
    return !ended && reason === undefined;
  }

  function tick(nowMs: number): void {
    if (ended) return;
    behindSinceMs = isBehind() ? (behindSinceMs ?? nowMs) : undefined;
    if (nowMs - closedAtMs >= lastFrameUnreadMs) response.destroy();
    else if (nowMs >= expiresAtMs) close('TOKEN_EXPIRED');
    else if (behindSinceMs !== undefined && nowMs - behindSinceMs >= unreadMs) {
      reason ??= 'SLOW';
      response.destroy();
    } else if (nowMs >= heartbeatAtMs && behindSinceMs === undefined && reason === undefined) {
      write(heartbeatText(heartbeatId?.()));
    }
  }
}
