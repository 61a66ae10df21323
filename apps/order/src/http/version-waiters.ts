/** Waiting for an order to reach a version: told by our own commits, and looked up now and then for those of other replicas. */

import type { OrderId } from '@oms/contracts';
import type { Order } from '../domain/order.ts';

export type VersionWaiters = {
  /** To be called with every order that a commit changed. */
  committed: (order: Pick<Order, 'id'>) => void;
  /** Resolves when `read` gives at least `version`, or with what it gives after 10 s; rejects when `read` does. */
  until<T extends { version: number }>(
    id: OrderId,
    version: number,
    read: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>;
  /** Lets everyone who waits go. */
  close(): void;
};

const deadlineMs = 10_000;
const lookEveryMs = 500;

export function createVersionWaiters(): VersionWaiters {
  const waiting = new Map<OrderId, Set<() => void>>();
  const closing = new AbortController();
  return { committed, until, close: () => closing.abort() };

  function committed({ id }: Pick<Order, 'id'>): void {
    for (const wake of waiting.get(id) ?? []) wake();
  }

  async function until<T extends { version: number }>(
    id: OrderId,
    version: number,
    read: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const ends = AbortSignal.any([signal, closing.signal, AbortSignal.timeout(deadlineMs)]);
    for (;;) {
      const changed = nextChange(id, ends);
      try {
        const order = await read();
        if (order.version >= version || ends.aborted) return order;
        await changed.heard;
      } finally {
        changed.forget();
      }
    }
  }

  /** Listens from now on, so that no commit falls between a look and the wait for the next. */
  function nextChange(id: OrderId, ends: AbortSignal): { heard: Promise<void>; forget: () => void } {
    const { promise: heard, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(forget, lookEveryMs);
    const listeners = waiting.get(id) ?? new Set();
    waiting.set(id, listeners.add(forget));
    ends.addEventListener('abort', forget);
    return { heard, forget };

    function forget(): void {
      clearTimeout(timer);
      ends.removeEventListener('abort', forget);
      listeners.delete(forget);
      if (listeners.size === 0 && waiting.get(id) === listeners) waiting.delete(id);
      resolve();
    }
  }
}
