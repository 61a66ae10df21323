// A delivery's life: PENDING -> SENDING -> SENT; back to PENDING with growing pauses when it failed; FAILED after eight attempts.
import { Refusal } from '@oms/service-kit/refusal';
import { cutText } from '@oms/service-kit/text';

export type Status = 'PENDING' | 'SENDING' | 'SENT' | 'FAILED';

/** What became of one attempt. */
export type Outcome =
  | { kind: 'accepted' }
  /** The receiver refused it, or was certainly not reached. `final`: another attempt would get the same answer. */
  | { kind: 'refused'; reason: string; final?: boolean; retryAfterMs?: number }
  /** The receiver may have taken it, and the answer was lost: the next attempt may be a repeat. */
  | { kind: 'unanswered'; reason: string };

export type Begun =
  | { status: 'SENDING'; attempts: number; maybeSentBefore: boolean; lastError: string | null }
  | { status: 'FAILED'; attempts: number; maybeSentBefore: boolean; lastError: string };

export type Settled = { status: Status; delayMs: number; maybeSentBefore: boolean; lastError: string | null };

export const attemptsMax = 8;
const firstDelayMs = 2_000;
const delayFactor = 4;
const delayMsMax = 3_600_000;
const reasonLengthMax = 500;

/**
 * A sender takes up a delivery that is due. One that is still SENDING was left behind by a sender that died or stood still
 * between the send and the record: nobody knows whether it arrived, so the repeat is marked as one.
 */
export function begin({ status, attempts }: { status: 'PENDING' | 'SENDING'; attempts: number }): Begun {
  if (status === 'PENDING')
    return { status: 'SENDING', attempts: attempts + 1, maybeSentBefore: false, lastError: null };
  const lastError = `attempt ${attempts} was never recorded: its sender stopped in the middle of it`;
  // A delivery that brings its sender down must not do so for ever.
  if (attempts >= attemptsMax) return { status: 'FAILED', attempts, maybeSentBefore: true, lastError };
  return { status: 'SENDING', attempts: attempts + 1, maybeSentBefore: true, lastError };
}

/** What to record after attempt number `attempts`. @param jitter from 0 up to 1, at random */
export function settle(attempts: number, outcome: Outcome, jitter: number): Settled {
  if (outcome.kind === 'accepted') return { status: 'SENT', delayMs: 0, maybeSentBefore: false, lastError: null };
  const final = attempts >= attemptsMax || (outcome.kind === 'refused' && outcome.final === true);
  const asked = outcome.kind === 'refused' ? (outcome.retryAfterMs ?? 0) : 0;
  return {
    status: final ? 'FAILED' : 'PENDING',
    delayMs: final ? 0 : Math.max(retryDelayMs(attempts, jitter), Math.min(asked, delayMsMax)),
    maybeSentBefore: outcome.kind === 'unanswered',
    lastError: cutText(outcome.reason, reasonLengthMax),
  };
}

/** The pause after attempt number `attempts`: 2 s, 8 s, 32 s ... at most an hour, each up to a quarter longer. */
export function retryDelayMs(attempts: number, jitter: number): number {
  const delayMs = Math.min(firstDelayMs * delayFactor ** (attempts - 1), delayMsMax);
  return Math.round(delayMs * (1 + jitter / 4));
}

/** Somebody asks for a failed delivery to be tried again, from the first attempt. @throws Refusal NOT_FAILED */
export function retry(id: string, status: Status): { status: 'PENDING'; attempts: number } {
  if (status === 'FAILED') return { status: 'PENDING', attempts: 0 };
  const wayOut = status === 'SENT' ? 'it has been delivered already' : 'it is being delivered; wait for its outcome';
  throw new Refusal(
    'NOT_FAILED',
    `Notification ${id} cannot be retried: it is ${status}, only FAILED ones can; ${wayOut}.`,
  );
}
