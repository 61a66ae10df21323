// Many concurrent commands, one transaction: what waits while a commit is in flight goes into the next one, so there is no timer.

import { failpoint } from '@oms/failpoint';
import type { Registry as MetricsRegistry } from 'prom-client';
import { ClosedError, QueueFullError } from './errors.ts';
import type { SpanContext } from '@opentelemetry/api';
import { createCommitMetrics } from './metrics.ts';
import { isOutage as isOutageByShape } from './outage.ts';
import { inTraceOf, traceOf } from './tracing.ts';
import { createTurns } from './turns.ts';

export type Outcome<R> = { value: R } | { error: Error };

export type GroupCommitOptions<C, R> = {
  /** Names the queue in metrics and errors. */
  name: string;
  /**
   * Does the commands in their order in one transaction and answers one outcome for each, in the same order.
   * It must reject only when it did nothing; when it can't know, with an error whose `outcomeUnknown` is true.
   */
  commit: (commands: readonly C[]) => Promise<Outcome<R>[]>;
  /** Most commands in one batch; 256 unless given. */
  countMax?: number;
  /** Most bytes in one batch by `sizeOf`; 1 MiB unless given. A larger command goes alone. */
  bytesMax?: number;
  /** Bytes of a command; 0 unless given. */
  sizeOf?: (command: C) => number;
  /** Whose command it is: callers take turns, and none may have more than half of the queue. Unless given, all are one caller's. */
  callerOf?: (command: C) => string;
  /** Most commands waiting; 10,000 unless given. */
  queueMax?: number;
  /** Most bytes waiting by `sizeOf`; 64 MiB unless given. */
  queueBytesMax?: number;
  /** Errors that would befall every command alike (the database is away): given to the whole batch instead of retried one by one. */
  isOutage?: (error: Error) => boolean;
  metrics?: MetricsRegistry;
};

export type GroupCommit<C, R> = {
  /**
   * Resolves with this command's own value, or rejects with its own error.
   * Throws QueueFullError or ClosedError when it was not tried. An error with `outcomeUnknown: true` means that the
   * commit's answer was lost: look the command's effect up by its key before answering or trying again.
   */
  submit(command: C): Promise<R>;
  /** Takes no further command and resolves when every earlier one has its outcome. */
  close(): Promise<void>;
};

type Waiting<C, R> = {
  command: C;
  caller: string | undefined;
  bytes: number;
  sinceMs: number;
  trace: SpanContext | undefined;
  resolve: (value: R) => void;
  reject: (error: Error) => void;
};

export function createGroupCommit<C, R>(o: GroupCommitOptions<C, R>): GroupCommit<C, R> {
  const { countMax = 256, bytesMax = 1_048_576, queueMax = 10_000, queueBytesMax = 67_108_864 } = o;
  const { sizeOf = () => 0, isOutage = isOutageByShape } = o;
  const metrics = createCommitMetrics(o.name, o.metrics);
  const turns = createTurns<Waiting<C, R>>({ countMax, bytesMax, queueMax, queueBytesMax });
  let draining: Promise<void> | undefined;
  let closed = false;

  return {
    submit(command) {
      if (closed) return Promise.reject(new ClosedError(o.name));
      return new Promise<R>((resolve, reject) => {
        const [caller, bytes] = [o.callerOf?.(command), sizeOf(command)];
        const entry = { command, caller, bytes, sinceMs: performance.now(), trace: traceOf(), resolve, reject };
        const taken = turns.add(entry);
        if (taken) draining ??= drain();
        else refuse(reject);
      });
    },
    async close() {
      closed = true;
      await draining;
    },
  };

  function refuse(reject: (error: Error) => void): void {
    metrics.refused();
    reject(new QueueFullError(o.name, queueMax));
  }

  async function drain(): Promise<void> {
    await Promise.resolve(); // commands submitted in the same breath share the first batch
    for (let batch; (batch = turns.take()).length > 0;) await settle(batch);
    draining = undefined;
  }

  async function settle(batch: readonly Waiting<C, R>[]): Promise<void> {
    metrics.started(batch);
    failpoint('group_commit.batch_taken');
    try {
      const outcomes = await commit(batch);
      failpoint('group_commit.committed');
      tellEach(batch, outcomes);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(`The commit of "${o.name}" was rejected`, { cause });
      if (batch.length === 1 || isOutcomeUnknown(error) || isOutage(error)) {
        for (const waiting of batch) waiting.reject(error);
        return;
      }
      // Nothing was done, and one of them is to blame: alone, each fails or succeeds for itself.
      metrics.splits();
      for (const waiting of batch) await settle([waiting]);
    }
  }

  async function commit(batch: readonly Waiting<C, R>[]): Promise<Outcome<R>[]> {
    const startMs = performance.now();
    try {
      const commands = batch.map((waiting) => waiting.command);
      const traces = batch.map((waiting) => waiting.trace);
      return await inTraceOf(traces, o.name, () => o.commit(commands));
    } finally {
      metrics.committed(performance.now() - startMs);
    }
  }

  function tellEach(batch: readonly Waiting<C, R>[], outcomes: readonly Outcome<R>[]): void {
    if (outcomes.length !== batch.length) {
      const error = Object.assign(
        new Error(
          `The commit of "${o.name}" answered ${outcomes.length} outcomes for ${batch.length} commands; it must answer one for each. What it did is unknown.`,
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
      if (i < batch.length - 1) failpoint('group_commit.half_told');
    });
  }
}

function isOutcomeUnknown(error: Error): boolean {
  return 'outcomeUnknown' in error && error.outcomeUnknown === true;
}
