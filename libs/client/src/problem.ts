/** A reply that is a problem document (RFC 9457), as an error. */

import type { components } from './generated/api.ts';

export type Problem = components['schemas']['Problem'];

export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }

  /** Of the problem, such as INSUFFICIENT_STOCK. */
  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

type Result<Data> = { data?: Data; error?: unknown; response: Response };

/** The data of a successful reply. @throws ProblemError otherwise; its message is what is wrong and what to do */
export function dataOf<Data>({ data, error, response }: Result<Data>): Data {
  if (response.ok) return data as Data;
  throw new ProblemError(isProblem(error) ? error : unknownProblem(response));
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
}

/** Something between us and the gateway has answered, such as a proxy. */
function unknownProblem({ status, statusText, url }: Response): Problem {
  const title = statusText || 'No problem document';
  return { type: 'about:blank', title, status, detail: `${url} answered ${status} ${title}.`, code: 'UNKNOWN' };
}
