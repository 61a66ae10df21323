// The problems of analytics, beside those that every service has.
import { databaseProblems, type ProblemCatalogue } from '@oms/service-kit';

export const problems: ProblemCatalogue = {
  ...databaseProblems,
  TOO_MANY_BUCKETS: { status: 422, title: 'The window has too many buckets' },
};
