// Time, timers and random numbers of a simulated process are virtual. Code outside any process keeps the real ones.

import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { AsyncLocalStorage } from 'node:async_hooks';
import timersPromises from 'node:timers/promises';
import { runningProcess, type Event, type Scheduler } from './scheduler.ts';
import type { World } from './world.ts';

const real = {
  Date: globalThis.Date,
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  clearImmediate,
  performanceNow: performance.now.bind(performance),
  mathRandom: Math.random,
  randomUUID: crypto.randomUUID,
  wait: timersPromises.setTimeout,
};

/** Answers how to give the real ones back. */
export function takeOverGlobals(world: World): () => void {
  const { scheduler } = world;
  const chance = world.random.fork();
  const timers = createTimers(scheduler);
  Object.assign(globalThis, { Date: dateOf(world), ...timers });
  performance.now = () => (runningProcess() ? scheduler.now() : real.performanceNow());
  Math.random = () => (runningProcess() ? chance.next() : real.mathRandom());
  crypto.randomUUID = (options) =>
    runningProcess() ? (chance.uuid() as ReturnType<typeof real.randomUUID>) : real.randomUUID(options);
  timersPromises.setTimeout = ((ms, value, options) =>
    runningProcess()
      ? wait(scheduler, ms ?? 1, value, options?.signal)
      : real.wait(ms, value, options)) as typeof real.wait;
  syncBuiltinESMExports();
  return () => {
    const { performanceNow, mathRandom, randomUUID, wait: realWait, ...globals } = real;
    Object.assign(globalThis, globals);
    performance.now = performanceNow;
    Math.random = mathRandom;
    crypto.randomUUID = randomUUID;
    timersPromises.setTimeout = realWait;
    syncBuiltinESMExports();
  };
}

function dateOf(world: World): DateConstructor {
  const now = () => {
    const process = runningProcess();
    return process ? Math.floor(world.trueMs() + process.clockOffMs) : real.Date.now();
  };
  function SimulatedDate(this: unknown, ...args: number[]): Date | string {
    if (!new.target) return new real.Date(now()).toString();
    return args.length === 0 ? new real.Date(now()) : new real.Date(...(args as [number]));
  }
  SimulatedDate.prototype = real.Date.prototype;
  return Object.assign(SimulatedDate as unknown as DateConstructor, {
    now,
    parse: real.Date.parse,
    UTC: real.Date.UTC,
  });
}

type Timer = {
  event: Event | null;
  unref(): Timer;
  ref(): Timer;
  hasRef(): boolean;
  refresh(): Timer;
  [Symbol.toPrimitive](): number;
};

function createTimers(scheduler: Scheduler) {
  const isOurs = (timer: unknown): timer is Timer => typeof timer === 'object' && timer !== null && 'event' in timer;
  const clear = (timer: unknown): boolean => {
    if (!isOurs(timer)) return false;
    if (timer.event) timer.event.cancelled = true;
    timer.event = null;
    return true;
  };
  return {
    setTimeout: (run: (...args: unknown[]) => void, ms = 1, ...args: unknown[]) => {
      if (!runningProcess()) return real.setTimeout(run, ms, ...args);
      const timer = newTimer();
      timer.event = later(Math.max(1, ms), () => run(...args));
      return timer;
    },
    setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => {
      if (!runningProcess()) return real.setImmediate(run, ...args);
      const timer = newTimer();
      timer.event = later(0, () => run(...args));
      return timer;
    },
    setInterval: (run: (...args: unknown[]) => void, ms = 1, ...args: unknown[]) => {
      if (!runningProcess()) return real.setInterval(run, ms, ...args);
      const timer = newTimer();
      const again = () => {
        timer.event = later(Math.max(1, ms), () => {
          again();
          run(...args);
        });
      };
      again();
      return timer;
    },
    clearTimeout: (timer?: NodeJS.Timeout) => void (clear(timer) || real.clearTimeout(timer)),
    clearInterval: (timer?: NodeJS.Timeout) => void (clear(timer) || real.clearInterval(timer)),
    clearImmediate: (timer?: NodeJS.Immediate) => void (clear(timer) || real.clearImmediate(timer)),
  };

  /** In the very context the timer was set in, as Node does it. */
  function later(ms: number, run: () => void): Event {
    const inContext = AsyncLocalStorage.snapshot();
    return scheduler.after(ms, runningProcess() ?? null, () => inContext(run));
  }
}

function newTimer(): Timer {
  const timer: Timer = {
    event: null,
    unref: () => timer,
    ref: () => timer,
    hasRef: () => true,
    refresh: () => timer,
    [Symbol.toPrimitive]: () => 0,
  };
  return timer;
}

function wait<T>(scheduler: Scheduler, ms: number, value: T, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      event.cancelled = true;
      reject(new DOMException('The operation was aborted', 'AbortError'));
    };
    const event = scheduler.after(Math.max(1, ms), runningProcess() ?? null, () => {
      signal?.removeEventListener('abort', aborted);
      resolve(value);
    });
    if (signal?.aborted) aborted();
    else signal?.addEventListener('abort', aborted, { once: true });
  });
}
