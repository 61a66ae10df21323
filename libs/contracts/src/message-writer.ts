/** Encodes messages synchronously, with one reused buffer. */
import type { Type } from 'avsc';
import { avroTypeOf } from './avro-type.ts';
import { ContractError } from './contract-error.ts';
import type { EventType, OutgoingMessage } from './generated/messages.ts';
import { newestSchemaOf } from './schema-files.ts';
import { writeLimits } from './write-limits.ts';
import { MESSAGE_BYTES_MAX, bodyStart, tooLarge, writeFrame } from './wire.ts';

export type WriteMessage = (message: OutgoingMessage) => Buffer;

/** `schemaIds` has the registry's id of the newest schema of each event that is published. */
export function createMessageWriter(schemaIds: ReadonlyMap<EventType, number>): WriteMessage {
  const writers = new Map(
    [...schemaIds].map(([eventType, id]) => {
      const type = avroTypeOf(newestSchemaOf(eventType).text);
      return [eventType, { id, type, assertWithinLimits: writeLimits(type) }];
    }),
  );
  let scratch = Buffer.allocUnsafeSlow(16 * 1024);

  return (message) => {
    const writer = writers.get(message.eventType);
    if (writer === undefined) throw notPublished(message.eventType, [...writers.keys()]);
    const action = `encode ${message.eventType}`;
    if (writer.assertWithinLimits) assertLimits(writer.assertWithinLimits, message, action);
    for (;;) {
      const end = encode(writer.type, message, scratch, action);
      if (end >= 0) {
        writeFrame(scratch, writer.id);
        return Buffer.from(scratch.subarray(0, end));
      }
      const size = scratch.length - end;
      if (size > MESSAGE_BYTES_MAX) throw tooLarge(action, size);
      scratch = Buffer.allocUnsafeSlow(Math.min(MESSAGE_BYTES_MAX, size * 2));
    }
  };
}

function assertLimits(assertWithinLimits: (value: unknown) => void, message: OutgoingMessage, action: string): void {
  try {
    assertWithinLimits(message);
  } catch (error) {
    throw new ContractError('UNREADABLE', `Cannot ${action}: ${(error as Error).message}.`);
  }
}

/** The end of the body; when the buffer is too short, minus the number of missing bytes. */
function encode(type: Type, message: OutgoingMessage, into: Buffer, action: string): number {
  try {
    return type.encode(message, into, bodyStart);
  } catch (error) {
    // avsc's own message quotes the value, which may be personal data
    throw new ContractError('UNREADABLE', `Cannot ${action}: ${violations(type, message, error)}`);
  }
}

function violations(type: Type, message: OutgoingMessage, error: unknown): string {
  const wrong: string[] = [];
  type.isValid(message, {
    errorHook: (path, value, expected) => {
      if (wrong.length < 5)
        wrong.push(`${path.join('.')} is ${kindOf(value)}, not ${expected.typeName.replace('logical:', '')}`);
    },
  });
  return wrong.length > 0 ? `${wrong.join('; ')}.` : `it does not match its schema (${(error as Error).name}).`;
}

/** Numbers are shown; of texts, which may be personal data, only the length. */
function kindOf(value: unknown): string {
  if (value === null || ['number', 'boolean', 'undefined'].includes(typeof value)) return String(value);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'an invalid Date' : `a Date in the year ${value.getUTCFullYear()}`;
  return Array.isArray(value)
    ? 'an array'
    : typeof value === 'string'
      ? `a text of ${value.length}`
      : `a ${typeof value}`;
}

function notPublished(eventType: string, published: readonly string[]): ContractError {
  return new ContractError(
    'UNKNOWN_EVENT',
    `Cannot encode "${eventType}": this service publishes ${published.join(', ') || 'nothing'}. Add it to \`publishes\`.`,
  );
}
