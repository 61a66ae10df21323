// The problems of this API, beside those that every service has.
import type { ProblemCatalogue } from '@oms/service-kit';

export const problems = {
  NOT_FAILED: { status: 409, title: 'Only a failed notification can be retried' },
} as const satisfies ProblemCatalogue;
