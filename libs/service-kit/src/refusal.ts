/** An error of the caller, or a state that does not allow the request: thrown anywhere, answered as a problem document by its code. */

export class Refusal extends Error {
  readonly code: string;
  readonly extras: Record<string, unknown>;

  /**
   * @param code a key of the service's problem catalogue (or one of the kit's own codes)
   * @param detail one or two sentences for the caller: the field or resource, its value, the current state, and what to do
   * @param extras more members of the problem document, such as `shortages` or `errors`
   */
  constructor(code: string, detail: string, extras: Record<string, unknown> = {}) {
    super(detail);
    this.name = 'Refusal';
    this.code = code;
    this.extras = extras;
  }
}
