/** Requests that wait for a version of an order: notified by this process's commits; commits of other replicas are found by polling. */

import type { OrderId } from '@oms/contracts';

export type VersionWaiters = {
  /** To be called with every order that a commit changed. */
  notify: (id: OrderId) => void;
  /** Resolves when `read` returns at least `version`, or with what it returns after 10 s; rejects when `read` does. */
  waitFor<T extends { version: number }>(
    id: OrderId,
    version: number,
    read: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>;
  /** Ends all waiting; each request gets the version that there is. */
  stop(): void;
};

const deadlineMs = 10_000;
const pollMs = 500;

export function createVersionWaiters(): VersionWaiters {
  const listenersOf = new Map<OrderId, Set<() => void>>();
  const stopping = new AbortController();
  return { notify, waitFor, stop: () => stopping.abort() };

  function notify(id: OrderId): void {
    for (const listener of listenersOf.get(id) ?? []) listener();
  }

  async function waitFor<T extends { version: number }>(
    id: OrderId,
    version: number,
    read: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const end = AbortSignal.any([signal, stopping.signal, AbortSignal.timeout(deadlineMs)]);
    for (;;) {
      const next = nextChange(id, end);
      try {
        const order = await read();
        if (order.version >= version || end.aborted) return order;
        await next.changed;
      } finally {
        next.cancel();
      }
    }
  }

  /** Listens from now on, so that no commit is missed between a read and the wait for the next change. */
  function nextChange(id: OrderId, end: AbortSignal): { changed: Promise<void>; cancel: () => void } {
    const { promise: changed, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(cancel, pollMs);
    const listeners = listenersOf.get(id) ?? new Set();
    listenersOf.set(id, listeners.add(cancel));
    end.addEventListener('abort', cancel);
    return { changed, cancel };

    function cancel(): void {
      clearTimeout(timer);
      end.removeEventListener('abort', cancel);
      listeners.delete(cancel);
      if (listeners.size === 0 && listenersOf.get(id) === listeners) listenersOf.delete(id);
      resolve();
    }
  }
}
