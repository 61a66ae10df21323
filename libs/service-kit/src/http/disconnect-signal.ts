/** Lets a route drop work that nobody waits for any more. */

import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Aborted when the connection of a reply closes before the reply is complete. */
export function disconnectSignal({ raw }: { raw: ServerResponse }): AbortSignal {
  const disconnected = new AbortController();
  // A request may be many commands, each of which listens.
  setMaxListeners(0, disconnected.signal);
  // It may have closed before the route was called.
  if (raw.destroyed) disconnected.abort();
  raw.once('close', () => {
    if (!raw.writableFinished) disconnected.abort();
  });
  return disconnected.signal;
}
