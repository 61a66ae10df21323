/** Errors of commands that were not executed. */

/** The queue is full. The command was not executed; the caller may try again shortly (503 with Retry-After). */
export class QueueFullError extends Error {
  readonly notTried = true;

  constructor(name: string, queueMax: number) {
    super(
      `The queue "${name}" is full, or this caller has its share of it: it holds ${queueMax} commands, at most half of them of one caller. The command was not executed; try again shortly.`,
    );
    this.name = 'QueueFullError';
  }
}

/** The process is stopping. The command was not executed. */
export class StoppedError extends Error {
  readonly notTried = true;

  constructor(name: string) {
    super(`The queue "${name}" has stopped. The command was not executed; try again at another instance.`);
    this.name = 'StoppedError';
  }
}
