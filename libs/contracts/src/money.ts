/** Money: integer cents in code, text with two decimals in APIs. Nothing is rounded. */

/** An amount in integer cents. Names of such values end in `Cents`, except in messages, which keep the specification's names. */
export type Cents = number;

/** The largest amount that DECIMAL(10,2), in PostgreSQL and in Avro, can hold: 99999999.99. */
export const CENTS_MAX: Cents = 9_999_999_999;

/** `1250` -> `"12.50"`, `-5` -> `"-0.05"`. Throws RangeError on anything but integer cents within DECIMAL(10,2). */
export function formatCents(cents: Cents): string {
  assertCents(cents, 'format');
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** `"12.5"` -> `1250`, exactly. Throws RangeError on text that is no amount, has more than two decimals or more than ten digits. */
export function parseCents(text: string): Cents {
  const [, sign, whole, decimals = ''] = /^(-?)(\d{1,16})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  if (sign === undefined || whole === undefined) {
    throw new RangeError(
      `Cannot read amount ${JSON.stringify(text.slice(0, 40))}: write it with at most two decimals, such as "12.50".`,
    );
  }
  const cents = Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
  if (cents > CENTS_MAX)
    throw new RangeError(`Cannot read amount "${text}": the largest is ${formatCents(CENTS_MAX)}.`);
  return sign === '-' && cents !== 0 ? -cents : cents;
}

/** Throws RangeError unless `cents` is an integer within DECIMAL(10,2). `action` completes "Cannot ... amount". */
export function assertCents(cents: Cents, action: string): void {
  if (Number.isInteger(cents) && Math.abs(cents) <= CENTS_MAX) return;
  throw new RangeError(
    `Cannot ${action} amount ${String(cents)}: it must be integer cents from ${-CENTS_MAX} to ${CENTS_MAX}.`,
  );
}
