// What can go wrong at the notification service's door, beside what can go wrong at every door.
import type { ProblemCatalogue } from '@oms/service-kit';

export const problems = {
  NOT_FAILED: { status: 409, title: 'Only a failed notification can be retried' },
} as const satisfies ProblemCatalogue;
