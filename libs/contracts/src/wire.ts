/** Confluent's wire format: magic byte 0, schema id as big-endian int32, Avro body. */
import { ContractError } from './contract-error.ts';

export const bodyStart = 5;

/** The maximum size of a message, frame included: 1 MiB. */
export const MESSAGE_BYTES_MAX: number = 1024 * 1024;

export function writeFrame(bytes: Buffer, schemaId: number): void {
  bytes[0] = 0;
  bytes.writeInt32BE(schemaId, 1);
}

/** The id of the schema that the message was written with. Throws ContractError TRUNCATED, TOO_LARGE or BAD_MAGIC. */
export function readFrame(bytes: Buffer): number {
  if (bytes.length > 0 && bytes[0] !== 0) {
    throw new ContractError(
      'BAD_MAGIC',
      `Cannot decode a message: its first byte is ${bytes[0] ?? ''} instead of 0, so it is not in Confluent's wire format.`,
    );
  }
  if (bytes.length < bodyStart) {
    throw new ContractError(
      'TRUNCATED',
      `Cannot decode a message: it has ${bytes.length} bytes, and its frame alone has ${bodyStart}.`,
    );
  }
  if (bytes.length > MESSAGE_BYTES_MAX) throw tooLarge('decode a message', bytes.length);
  return bytes.readInt32BE(1);
}

export function tooLarge(action: string, size: number): ContractError {
  return new ContractError(
    'TOO_LARGE',
    `Cannot ${action}: it has ${size} bytes, and the maximum is ${MESSAGE_BYTES_MAX}. Put less into one message.`,
  );
}
