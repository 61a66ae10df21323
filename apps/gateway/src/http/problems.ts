/** Problems of the gateway itself, besides those of every service. */
import type { ProblemCatalogue } from '@oms/service-kit';

export const problems = {
  ODD_PATH: { status: 400, title: 'The path is ambiguous' },
  // its Retry-After comes from the rate limiter
  TOO_MANY_REQUESTS: { status: 429, title: 'Too many requests' },
  UPSTREAM_UNAVAILABLE: { status: 503, title: 'A service behind the gateway does not answer', retryAfterSeconds: 1 },
  UPSTREAM_TIMEOUT: { status: 504, title: 'A service behind the gateway took too long' },
} as const satisfies ProblemCatalogue;
