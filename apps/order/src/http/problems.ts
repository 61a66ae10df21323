/** The order service's own problems; those every service has are the kit's. */

import type { ProblemCatalogue } from '@oms/service-kit';

export const problems = {
  INVALID_TRANSITION: { status: 409, title: 'The order cannot take this step' },
  INSUFFICIENT_STOCK: { status: 409, title: 'Not all items are in stock' },
  UNKNOWN_ITEM: { status: 422, title: 'An item does not exist' },
  TOTAL_TOO_LARGE: { status: 422, title: 'The total is more than an order can hold' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The key came with another request before' },
  IDEMPOTENCY_IN_FLIGHT: { status: 409, title: 'The key is being worked on', retryAfterSeconds: 1 },
  ORDER_ALREADY_PLACED: { status: 409, title: 'The key placed an order long ago' },
  PLACEMENT_ABANDONED: { status: 503, title: 'The attempt took too long', retryAfterSeconds: 1 },
  INVENTORY_UNAVAILABLE: { status: 503, title: 'Stock cannot be taken at the moment', retryAfterSeconds: 2 },
  ORDERS_UNAVAILABLE: { status: 503, title: 'Orders cannot be reached at the moment', retryAfterSeconds: 2 },
  STARTING: { status: 503, title: 'The service is still starting', retryAfterSeconds: 2 },
} as const satisfies ProblemCatalogue;
