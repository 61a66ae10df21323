// What is wrong with a message for good. Anything that may pass by itself, such as a registry that is away, is another error.

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

/** The same bytes will fail the same way again: a consumer sends them to the dead letters. Never quotes texts of the message. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: ContractErrorCode;

  constructor(code: ContractErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** For the `catch` of a decoding, where what is wrong for good is left to the dead letters: null for that, and anything else is thrown on. */
export function nullIfUnreadable(error: unknown): null {
  if (error instanceof ContractError) return null;
  throw error;
}
