/** One thing that an order waits for: what, whose turn it is, since when, and what happens at the deadline. */

/** The most concrete first. */
export const waitCauses = [
  'NOT_PUBLISHED',
  'DEAD_LETTER',
  'CONSUMER_STOPPED',
  'EARLIER_MESSAGE_MISSING',
  'CONSUMER_BEHIND',
  'MESSAGE_NOT_APPLIED',
  'SERVICE_SILENT',
  'RESERVATION',
  'NOTIFICATION_FAILED',
  'ORDERED_FOR_LATER',
  'KITCHEN_TO_ACCEPT',
  'KITCHEN_TO_FINISH',
  'COURIER_TO_PICK_UP',
  'COURIER_TO_DELIVER',
] as const;

export type Wait = {
  readonly cause: (typeof waitCauses)[number];
  /** What it waits for, as a phrase: "the kitchen to accept the order". */
  readonly what: string;
  readonly whose: string;
  readonly since: string | null;
  readonly deadline: string | null;
  readonly atDeadline: string | null;
};
