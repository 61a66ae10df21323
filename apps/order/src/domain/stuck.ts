/** Which orders are stuck: their step, a message, their reservation or their promise is overdue. */

export const stuckCauses = ['STEP', 'MESSAGE', 'RESERVATION', 'PROMISE'] as const;
export type StuckCause = (typeof stuckCauses)[number];

/** `source`: the service that found it. */
export type StuckOrder = {
  readonly orderId: string;
  readonly cause: StuckCause;
  readonly source: string;
  readonly since: Date;
};

export type StuckSettings = {
  /** An order that has been at one step for so long is stuck. */
  readonly stepMinutes: number;
  /** A message or a reservation that waits for so long is stuck. */
  readonly messageSeconds: number;
  /** So long after its promised delivery time, an order that is not delivered is stuck. */
  readonly promiseMinutes: number;
};

/** What began before these times is overdue. */
export function overdueBefore({ stepMinutes, messageSeconds, promiseMinutes }: StuckSettings, now: Date) {
  const before = (ms: number) => new Date(now.getTime() - ms);
  return {
    step: before(stepMinutes * 60_000),
    message: before(messageSeconds * 1_000),
    promise: before(promiseMinutes * 60_000),
  };
}
