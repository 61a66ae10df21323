/** Many concurrent commands, one transaction. */

export { createGroupCommit, type GroupCommit, type GroupCommitOptions, type Outcome } from './group-commit.ts';
export { QueueFullError, StoppedError } from './errors.ts';
export { countRefused } from './metrics.ts';
