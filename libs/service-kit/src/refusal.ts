/** A caller's mistake, or a state that forbids the wish: thrown anywhere, answered as problem+json by its code. */

export class Refusal extends Error {
  readonly code: string;
  readonly extras: Record<string, unknown>;

  /**
   * @param code a key of the service's problem catalogue (or one of the kit's own codes)
   * @param detail one sentence for the caller: what was asked, the value, the current state, the way out
   * @param extras further members of the problem, such as `shortages` or `errors`
   */
  constructor(code: string, detail: string, extras: Record<string, unknown> = {}) {
    super(detail);
    this.name = 'Refusal';
    this.code = code;
    this.extras = extras;
  }
}
