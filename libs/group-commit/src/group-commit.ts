/** Many concurrent commands, one transaction: commands that arrive during a commit form the next batch, so no timer starts one. */

import { failpoint } from '@oms/failpoint';
import { isOutage, isOutcomeUnknown } from '@oms/outage';
import type { SpanContext } from '@opentelemetry/api';
import type { Registry as MetricsRegistry } from 'prom-client';
import { CallerGoneError, DeadlineError, QueueFullError, StoppedError } from './errors.ts';
import { createFairQueue } from './fair-queue.ts';
import { createCommitMetrics } from './metrics.ts';
import { inTraceOf, traceOf } from './tracing.ts';

export type Outcome<R> = { value: R } | { error: Error };

export type GroupCommitOptions<C, R> = {
  /** Names the queue in metrics and errors. */
  name: string;
  /**
   * Executes the commands in their order in one transaction, and returns one outcome for each, in the same order.
   * It rejects only when nothing was committed. When it cannot know that, the error has `outcomeUnknown: true`.
   */
  commit: (commands: readonly C[]) => Promise<Outcome<R>[]>;
  /** Commands in one batch at most; 256 by default. */
  countMax?: number;
  /** Bytes in one batch at most, by `sizeOf`; 1 MiB by default. A larger command is a batch of its own. */
  bytesMax?: number;
  /** Bytes of a command; 0 by default. */
  sizeOf?: (command: C) => number;
  /** The caller of a command: callers take turns, and none may have more than half of the queue. By default all commands are of one caller. */
  callerOf?: (command: C) => string | undefined;
  /** Waiting commands at most; 10,000 by default. */
  queueMax?: number;
  /** Bytes of waiting commands at most, by `sizeOf`; 64 MiB by default. */
  queueBytesMax?: number;
  /** How long a caller waits at most, from the arrival of its command; 12,000 by default. */
  deadlineMs?: number;
  metrics?: MetricsRegistry;
};

export type SubmitOptions = {
  /** Aborted when nobody waits for the outcome any more: a command that has not begun then is not executed. */
  signal?: AbortSignal | undefined;
  /** The rest of the caller's own time, when that is shorter than the queue's deadline. */
  withinMs?: number | undefined;
};

export type GroupCommit<C, R> = {
  /**
   * Resolves with this command's own value, or rejects with its own error. An error with `notTried: true` means that it was not executed:
   * QueueFullError, StoppedError, CallerGoneError, or DeadlineError. An error with `outcomeUnknown: true` means that the reply of the
   * commit was lost, or has not come in time: look up the command's effect by its key before you answer or retry.
   */
  submit(command: C, options?: SubmitOptions): Promise<R>;
  /** Accepts no further command, and resolves when every earlier one has its outcome. */
  stop(): Promise<void>;
};

type Waiting<C, R> = {
  command: C;
  caller: string | undefined;
  bytes: number;
  sinceMs: number;
  trace: SpanContext | undefined;
  hasBegun: boolean;
  resolve: (value: R) => void;
  reject: (error: Error) => void;
};

/** Below the gateway's deadline for an answer, 15 s. */
export const defaultCommandDeadlineMs = 12_000;

export function createGroupCommit<C, R>({
  name,
  commit,
  countMax = 256,
  bytesMax = 1_048_576,
  sizeOf = () => 0,
  callerOf = () => undefined,
  queueMax = 10_000,
  queueBytesMax = 67_108_864,
  deadlineMs = defaultCommandDeadlineMs,
  metrics: registry,
}: GroupCommitOptions<C, R>): GroupCommit<C, R> {
  const metrics = createCommitMetrics(name, registry);
  const queue = createFairQueue<Waiting<C, R>>({ countMax, bytesMax, queueMax, queueBytesMax });
  let draining: Promise<void> | undefined;
  let isStopped = false;

  return {
    submit(command, { signal, withinMs = deadlineMs } = {}) {
      if (isStopped) return Promise.reject(new StoppedError(name));
      return new Promise<R>((resolve, reject) => {
        const waitMs = Math.min(withinMs, deadlineMs);
        if (signal?.aborted) return drop(reject, new CallerGoneError(name));
        if (waitMs <= 0) return drop(reject, new DeadlineError(name, deadlineMs, { hasBegun: false }));
        const waiting: Waiting<C, R> = {
          command,
          caller: callerOf(command),
          bytes: sizeOf(command),
          sinceMs: performance.now(),
          trace: traceOf(),
          hasBegun: false,
          resolve(value) {
            forget();
            resolve(value);
          },
          reject(error) {
            forget();
            reject(error);
          },
        };
        if (!queue.add(waiting)) return refuse(reject);
        const timer = setTimeout(onDeadline, waitMs);
        signal?.addEventListener('abort', onGone);
        draining ??= drain();

        function forget(): void {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onGone);
        }
        function onGone(): void {
          if (queue.remove(waiting)) drop(waiting.reject, new CallerGoneError(name));
        }
        function onDeadline(): void {
          queue.remove(waiting);
          drop(waiting.reject, new DeadlineError(name, waitMs, waiting));
        }
      });
    },
    async stop() {
      isStopped = true;
      await draining;
    },
  };

  function refuse(reject: (error: Error) => void): void {
    metrics.refused();
    reject(new QueueFullError(name, queueMax));
  }

  function drop(reject: (error: Error) => void, error: CallerGoneError | DeadlineError): void {
    metrics.dropped(error.reason);
    reject(error);
  }

  async function drain(): Promise<void> {
    await Promise.resolve(); // commands that are submitted in the same microtask share the first batch
    for (let batch; (batch = queue.take()).length > 0;) await settle(batch);
    draining = undefined;
  }

  async function settle(batch: readonly Waiting<C, R>[]): Promise<void> {
    metrics.started(batch);
    for (const waiting of batch) waiting.hasBegun = true;
    failpoint('group_commit.batch_taken');
    try {
      const outcomes = await commitMeasured(batch);
      failpoint('group_commit.committed');
      settleEach(batch, outcomes);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(`The commit of "${name}" was rejected`, { cause });
      if (batch.length === 1 || isOutcomeUnknown(error) || isOutage(error)) {
        for (const waiting of batch) waiting.reject(error);
        return;
      }
      // Nothing was committed, and one command caused it: executed alone, each fails or succeeds by itself.
      metrics.splits();
      for (const waiting of batch) await settle([waiting]);
    }
  }

  async function commitMeasured(batch: readonly Waiting<C, R>[]): Promise<Outcome<R>[]> {
    const startMs = performance.now();
    try {
      const commands = batch.map((waiting) => waiting.command);
      const traces = batch.map((waiting) => waiting.trace);
      return await inTraceOf(traces, name, () => commit(commands));
    } finally {
      metrics.committed(performance.now() - startMs);
    }
  }

  function settleEach(batch: readonly Waiting<C, R>[], outcomes: readonly Outcome<R>[]): void {
    if (outcomes.length !== batch.length) {
      const error = Object.assign(
        new Error(
          `The commit of "${name}" returned ${outcomes.length} outcomes for ${batch.length} commands; it must return one for each. What was committed is unknown.`,
        ),
        { outcomeUnknown: true },
      );
      for (const waiting of batch) waiting.reject(error);
      return;
    }
    batch.forEach((waiting, i) => {
      const outcome = outcomes[i]!;
      if ('error' in outcome) waiting.reject(outcome.error);
      else waiting.resolve(outcome.value);
      if (i < batch.length - 1) failpoint('group_commit.half_settled');
    });
  }
}
