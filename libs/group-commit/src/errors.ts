// Why a command was not even tried.

/** The queue is full: nothing was done, the caller may come back in a moment (503 with Retry-After). */
export class QueueFullError extends Error {
  readonly notTried = true;

  constructor(name: string, queueMax: number) {
    super(
      `Cannot take another command into "${name}": it is full, for everybody or for this caller. It holds ${queueMax} commands, at most half of them of one caller. Nothing was done; try again in a moment.`,
    );
    this.name = 'QueueFullError';
  }
}

/** The process is stopping: nothing was done. */
export class ClosedError extends Error {
  readonly notTried = true;

  constructor(name: string) {
    super(`Cannot take another command into "${name}": it is closed. Nothing was done; try again at another process.`);
    this.name = 'ClosedError';
  }
}
