// Lets kafkajs send a header without a value, which Kafka allows and kafkajs 2.2.4 fails to measure.

import Encoder from '#kafkajs-encoder';
import type { MessageHeaders } from './client.ts';

/** Stands for "no value": it measures as one byte of length, which is what the encoder below writes for it. */
const noValue = Buffer.alloc(0);

export function sendNullHeaders(): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its `this` below
  const { writeVarIntBytes } = Encoder.prototype;
  Encoder.prototype.writeVarIntBytes = function (value) {
    return writeVarIntBytes.call(this, value === noValue ? null : value);
  };
}

/** The headers as `sendNullHeaders` expects them. */
export function withNullHeaders(headers: MessageHeaders): Record<string, Buffer | string | (Buffer | string)[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((each) => each ?? noValue) : (value ?? noValue),
    ]),
  );
}
