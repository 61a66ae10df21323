/** Errors of commands that were not executed, or whose outcome came too late. */

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

/** Nobody waits for the outcome any more: the caller disconnected or gave up. The command had not begun and was not executed. */
export class CallerGoneError extends Error {
  readonly notTried = true;
  readonly reason = 'caller_gone';

  constructor(name: string) {
    super(`The caller of a command of the queue "${name}" has gone. The command was not executed.`);
    this.name = 'CallerGoneError';
  }
}

/**
 * The command's time is over. With `notTried` it had not begun and was not executed; with `outcomeUnknown` it is being executed, and its
 * outcome is not known yet.
 */
export class DeadlineError extends Error {
  readonly notTried: boolean;
  readonly outcomeUnknown: boolean;
  readonly reason: 'deadline_waiting' | 'deadline';

  constructor(name: string, withinMs: number, { hasBegun }: { hasBegun: boolean }) {
    super(
      hasBegun
        ? `A command of the queue "${name}" has no outcome after ${Math.round(withinMs)} ms: look its effect up by its key, or send it again with the same key.`
        : `A command of the queue "${name}" had not begun after ${Math.round(withinMs)} ms. It was not executed; try again shortly.`,
    );
    this.name = 'DeadlineError';
    this.notTried = !hasBegun;
    this.outcomeUnknown = hasBegun;
    this.reason = hasBegun ? 'deadline' : 'deadline_waiting';
  }
}
