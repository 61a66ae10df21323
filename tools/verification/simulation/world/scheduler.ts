// Virtual time: events happen one after the other, each with everything that follows from it at once, and nothing takes time by itself.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Process } from './process.ts';

export type Event = { atMs: number; order: number; owner: Process | null; run: () => void; cancelled: boolean };

export type Scheduler = {
  /** Virtual milliseconds since the run began. */
  now(): number;
  /** Something that happens after `delayMs`, inside `owner` unless that has died by then; null: in the world outside. */
  after(delayMs: number, owner: Process | null, run: () => void): Event;
  /** No event happens before `work`, which takes real time and no virtual time, is done. One at a time. */
  holdFor(work: Promise<void>): void;
  /** The process whose code runs now. */
  running(): Process | undefined;
  /** Lets events happen until `over` says so, or none is left; true when `over` did. */
  play(over: () => boolean): Promise<boolean>;
  /** Called with uncaught errors of the code of a process. */
  onUncaught(listen: (process: Process, error: unknown) => void): void;
  /** How many events have happened. */
  happened(): number;
};

const inside = new AsyncLocalStorage<Process>();
const turn = setImmediate;

/** What the code that runs now belongs to; undefined outside of any simulated process. */
export function runningProcess(): Process | undefined {
  return inside.getStore();
}

export function createScheduler(): Scheduler {
  const heap: Event[] = [];
  let nowMs = 0;
  let order = 0;
  let count = 0;
  let held: Promise<void> | null = null;
  let uncaught: (process: Process, error: unknown) => void = (_, error) => {
    throw error;
  };

  return {
    now: () => nowMs,
    after(delayMs, owner, run) {
      const event: Event = { atMs: nowMs + Math.max(0, delayMs), order: order++, owner, run, cancelled: false };
      push(event);
      return event;
    },
    holdFor(work) {
      if (held) throw new Error('The scheduler waits for other work already.');
      held = work;
    },
    running: runningProcess,
    play(over) {
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      let playing = true;
      const end = (settle: () => void) => {
        playing = false;
        settle();
      };
      const next = () => {
        if (!playing) return;
        try {
          if (over()) return end(() => resolve(true));
          const event = pop();
          if (!event) return end(() => resolve(false));
          happen(event);
          if (!held) return void turn(next);
          const resume = () => {
            held = null;
            turn(next);
          };
          held.then(resume, (error: Error) => end(() => reject(error)));
        } catch (error) {
          end(() => reject(error));
        }
      };
      // Between two immediates Node lets every promise that follows from the first settle.
      turn(next);
      return promise;
    },
    onUncaught: (listen) => void (uncaught = listen),
    happened: () => count,
  };

  function happen(event: Event): void {
    nowMs = event.atMs;
    const { owner } = event;
    if (owner && !owner.alive) return;
    if (owner && owner.pausedUntilMs > nowMs) {
      push(Object.assign(event, { atMs: owner.pausedUntilMs, order: order++ }));
      return;
    }
    count += 1;
    if (!owner) return event.run();
    try {
      inside.run(owner, event.run);
    } catch (error) {
      uncaught(owner, error);
    }
  }

  function pop(): Event | undefined {
    for (;;) {
      const first = heap[0];
      if (!first) return undefined;
      const last = heap.pop()!;
      if (heap.length > 0) {
        heap[0] = last;
        sink();
      }
      if (!first.cancelled && (first.owner === null || first.owner.alive)) return first;
    }
  }

  function push(event: Event): void {
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at]!, heap[parent]!)) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  function sink(): void {
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child;
      }
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
