/** The clean-up of stored replies: after 24 hours, in small batches, and not given up for one failure. */

import { expect, test } from 'vitest';
import { createLogger } from '@oms/service-kit';
import { until } from '@oms/test-kit';
import { createExpiredIdempotencyKeys } from '../src/jobs/expired-idempotency-keys.ts';

const logger = createLogger({ name: 'order', level: 'silent' });
const now = () => new Date('2026-03-02T12:00:00Z');

test('replies of more than 24 hours ago are forgotten, batch by batch, until none is left', async () => {
  const left = [500, 500, 7];
  const asked: [string, number][] = [];
  const forget = (before: Date, countMax: number) => {
    asked.push([before.toISOString(), countMax]);
    return Promise.resolve(left.shift() ?? 0);
  };
  const loop = createExpiredIdempotencyKeys({ forget, now, logger });
  loop.start();
  await until('the last batch is done', () => left.length === 0);
  await loop.stop();
  expect(asked).toEqual(Array(3).fill(['2026-03-01T12:00:00.000Z', 500]));
});

test('stopping does not wait for the next round', async () => {
  let rounds = 0;
  const loop = createExpiredIdempotencyKeys({
    forget: () => Promise.reject(new Error(`round ${(rounds += 1)}`)),
    now,
    logger,
  });
  loop.start();
  await until('the first round has failed', () => rounds === 1);
  await loop.stop();
  expect(rounds).toBe(1);
});
