// Keeps a process running: when it ends without being asked, the reason is reported and it is started again, after pauses that grow.

import { explainLog } from './failure.ts';

/** What `supervise` needs of a process. */
export type Supervised = {
  pid: number;
  /** Resolves with how it ended, such as "signal SIGKILL". */
  ended: Promise<string>;
  /** Its end is wanted. */
  isStopping(): boolean;
  stop(): Promise<void>;
  /** What it has written since it started. */
  output(): string;
};

export type Supervisor = {
  /** No further start; a start under way is ended when it is complete. */
  end(): void;
};

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A process that ran for this long was well: the next pause is a short one again. */
const wellAfterMs = 60_000;

/**
 * @param launch resolves when the new process is ready; throws when it does not become ready
 * @param onStart the process that runs from now on
 * @param report one line for people each time it ends, and each time it is ready again
 */
export function supervise<P extends Supervised>({
  name,
  first,
  launch,
  logFile,
  onStart,
  report,
}: {
  name: string;
  first: P;
  launch: () => Promise<P>;
  logFile: string;
  onStart: (process: P) => void;
  report: (line: string) => void;
}): Supervisor {
  let wanted = true;
  let pauseMs = firstPauseMs;
  void watch(first);
  return { end: () => void (wanted = false) };

  async function watch(process: P): Promise<void> {
    const startedAt = performance.now();
    let how = await process.ended;
    if (process.isStopping()) return;
    const cause = explainLog(process.output());
    let reason = cause ? `: ${cause}` : '';
    if (performance.now() - startedAt > wellAfterMs) pauseMs = firstPauseMs;
    while (wanted) {
      report(`${name} ended (${how})${reason}. It is started again in ${pauseMs / 1000} s. Its log: ${logFile}`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      if (!wanted) return;
      try {
        const next = await launch();
        if (!wanted) return void next.stop();
        onStart(next);
        report(`${name} is ready again (process ${next.pid})`);
        return watch(next);
      } catch (error) {
        how = 'it did not become ready';
        const why = error instanceof Error ? explainLog(error.message) : null;
        reason = why ? `: ${why}` : '';
      }
    }
  }
}
