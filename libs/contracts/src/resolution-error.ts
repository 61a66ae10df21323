/** Why data of one schema cannot be read as another: each place, the rule that is broken there, and its kind. */

/**
 * `type`: another type or logical type. `required`: a field that is not written has no default. `name`: a record, enum or fixed was renamed.
 * `symbols`: the reader's enum lacks some. `aliases`: a field has two sources, or two fields have one.
 */
export type ProblemKind = 'type' | 'required' | 'name' | 'symbols' | 'aliases';

/** `path` is such as `items[].unitPrice`: `[]` is an item of an array, `{}` a value of a map. Empty for the whole. */
export type Problem = { path: string; kind: ProblemKind; rule: string };

export class ResolutionError extends Error {
  override readonly name = 'ResolutionError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, rule }) => (path === '' ? rule : `field "${path}": ${rule}`)).join('; '));
    this.problems = problems;
  }
}

export function problem(kind: ProblemKind, rule: string): ResolutionError {
  return new ResolutionError([{ path: '', kind, rule }]);
}

/** The result of `resolve`; its problems, with their path seen from outside, are added to `found` instead of thrown. */
export function collect<T>(found: Problem[], at: string, resolve: () => T): T | undefined {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof ResolutionError)) throw error;
    found.push(...error.problems.map((one) => ({ ...one, path: joined(at, one.path) })));
    return undefined;
  }
}

/** The same where one place is resolved: its problems are thrown. */
export function within<T>(at: string, resolve: () => T): T {
  const found: Problem[] = [];
  const result = collect(found, at, resolve);
  if (found.length > 0) throw new ResolutionError(found);
  return result as T;
}

function joined(outer: string, inner: string): string {
  return inner === '' || outer === '' || /^[[{]/.test(inner) ? outer + inner : `${outer}.${inner}`;
}
