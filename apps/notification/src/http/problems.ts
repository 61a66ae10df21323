// The problems of this API, beside those that every service has.
import { databaseProblems, type ProblemCatalogue } from '@oms/service-kit';

export const problems = {
  ...databaseProblems,
  NOT_FAILED: { status: 409, title: 'Only a failed notification can be retried' },
} as const satisfies ProblemCatalogue;
