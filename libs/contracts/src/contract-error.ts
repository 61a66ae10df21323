/** Permanent errors of a message. A temporary problem, such as a registry that does not answer, is another error. */

export const contractErrorCodes = [
  'BAD_MAGIC',
  'UNKNOWN_SCHEMA',
  'TRUNCATED',
  'TRAILING_BYTES',
  'TOO_LARGE',
  'UNKNOWN_EVENT',
  'UNREADABLE',
] as const;
export type ContractErrorCode = (typeof contractErrorCodes)[number];

/** The same bytes always fail in the same way, so a consumer sends them to the dead letters. It never quotes texts of the message. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: ContractErrorCode;

  constructor(code: ContractErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** For `.catch` after decoding, where permanent errors are ignored: returns null for those, and rethrows all others. */
export function nullIfUnreadable(error: unknown): null {
  if (error instanceof ContractError) return null;
  throw error;
}
