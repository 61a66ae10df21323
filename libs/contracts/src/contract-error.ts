// What is wrong with a message for good. Anything that may pass by itself, such as a registry that is away, is another error.

export type ContractErrorCode =
  'BAD_MAGIC' | 'UNKNOWN_SCHEMA' | 'TRUNCATED' | 'TRAILING_BYTES' | 'TOO_LARGE' | 'UNKNOWN_EVENT' | 'UNREADABLE';

/** The same bytes will fail the same way again: a consumer sends them to the dead letters. Never quotes texts of the message. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: ContractErrorCode;

  constructor(code: ContractErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
