// A delivery's life, attempt by attempt.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attemptsMax, begin, retry, retryDelayMs, settle, type Outcome } from '../src/domain/notification.ts';

const refused: Outcome = { kind: 'refused', reason: '450 busy' };
const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('taking a delivery up', () => {
  test('counts the attempt', () => {
    expect(begin({ status: 'PENDING', attempts: 2 })).toMatchObject({
      status: 'SENDING',
      attempts: 3,
      maybeSentBefore: false,
    });
  });

  test('that another sender left in the middle is known as a possible repeat', () => {
    expect(begin({ status: 'SENDING', attempts: 1 })).toMatchObject({
      status: 'SENDING',
      attempts: 2,
      maybeSentBefore: true,
    });
  });

  test('that was left in the middle of its last attempt fails instead, so that it brings no sender down for ever', () => {
    expect(begin({ status: 'SENDING', attempts: attemptsMax })).toMatchObject({
      status: 'FAILED',
      maybeSentBefore: true,
    });
  });
});

describe('after an attempt', () => {
  test('an accepted delivery is SENT', () => {
    expect(settle(1, { kind: 'accepted' }, 0)).toEqual({
      status: 'SENT',
      delayMs: 0,
      maybeSentBefore: false,
      lastError: null,
    });
  });

  test('a refused one waits for its next attempt, with the reason', () => {
    expect(settle(1, refused, 0)).toEqual({
      status: 'PENDING',
      delayMs: 2000,
      maybeSentBefore: false,
      lastError: '450 busy',
    });
  });

  test('one without an answer may have arrived, and is marked so', () => {
    expect(settle(1, { kind: 'unanswered', reason: 'timeout' }, 0)).toMatchObject({
      status: 'PENDING',
      maybeSentBefore: true,
    });
  });

  test('a refusal that would come again ends it', () => {
    expect(settle(1, { ...refused, final: true }, 0)).toMatchObject({ status: 'FAILED', delayMs: 0 });
  });

  test(`the ${attemptsMax}th failure ends it`, () => {
    expect(settle(attemptsMax - 1, refused, 0).status).toBe('PENDING');
    expect(settle(attemptsMax, refused, 0).status).toBe('FAILED');
  });

  test('a receiver that asks for a longer pause gets it, within an hour', () => {
    expect(settle(1, { ...refused, retryAfterMs: 60_000 }, 0).delayMs).toBe(60_000);
    expect(settle(1, { ...refused, retryAfterMs: 10 }, 0).delayMs).toBe(2000);
    expect(settle(1, { ...refused, retryAfterMs: 1e9 }, 0).delayMs).toBe(3_600_000);
  });

  test('a long reason is cut', () => {
    expect(settle(1, { ...refused, reason: 'x'.repeat(5000) }, 0).lastError).toHaveLength(500);
  });
});

describe('pauses', () => {
  test('grow fourfold up to an hour', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((attempts) => retryDelayMs(attempts, 0) / 1000)).toEqual([
      2, 8, 32, 128, 512, 2048, 3600,
    ]);
  });

  test('are spread by at most a quarter, and never shrink from one attempt to the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: attemptsMax - 2 }), jitter, jitter, (attempts, one, other) => {
        const delayMs = retryDelayMs(attempts, one);
        const plainMs = retryDelayMs(attempts, 0);
        expect(delayMs).toBeGreaterThanOrEqual(plainMs);
        expect(delayMs).toBeLessThanOrEqual(plainMs * 1.25);
        expect(retryDelayMs(attempts + 1, other)).toBeGreaterThan(delayMs);
      }),
    );
  });
});

describe('asking for another try', () => {
  test('puts a failed notification back in line, with all its attempts before it', () => {
    expect(retry('n1', 'FAILED')).toEqual({ status: 'PENDING', attempts: 0 });
  });

  test.each(['PENDING', 'SENDING', 'SENT'] as const)('is refused while it is %s, with a remedy', (status) => {
    expect(() => retry('n1', status)).toThrow(
      expect.objectContaining({ code: 'NOT_FAILED', message: expect.stringContaining(status) }),
    );
  });
});
