/** Deletes idempotency records that are older than a day, in small batches, so that no other statement waits for the clean-up. */
import { createPeriodicJob, type Logger, type PeriodicJob } from '@oms/service-kit';

const keptMs = 24 * 60 * 60 * 1_000;
const intervalMs = 60_000;
const batchMax = 500;

export type ExpiredIdempotencyRecordsOptions = {
  /** Deletes at most `countMax` records that are older than `before`, and returns how many it deleted. */
  deleteExpired: (before: Date, countMax: number) => Promise<number>;
  now: () => Date;
  logger: Logger;
};

export function createExpiredIdempotencyRecords({
  deleteExpired,
  now,
  logger,
}: ExpiredIdempotencyRecordsOptions): PeriodicJob {
  return createPeriodicJob({ name: 'deleting expired idempotency records', intervalMs, run, logger });

  async function run(signal: AbortSignal): Promise<void> {
    for (let deleted = batchMax; deleted === batchMax && !signal.aborted;) {
      deleted = await deleteExpired(new Date(now().getTime() - keptMs), batchMax);
    }
  }
}
