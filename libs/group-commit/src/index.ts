/** Many concurrent commands, one transaction. */

export {
  createGroupCommit,
  defaultCommandDeadlineMs,
  type GroupCommit,
  type GroupCommitOptions,
  type Outcome,
  type SubmitOptions,
} from './group-commit.ts';
export { CallerGoneError, DeadlineError, QueueFullError, StoppedError } from './errors.ts';
export { countRefused } from './metrics.ts';
