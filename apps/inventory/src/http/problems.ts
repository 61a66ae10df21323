/** The problems that only the inventory service answers with; those of every service are in the service kit. */
import type { ProblemCatalogue } from '@oms/service-kit';

export const problems = {
  DUPLICATE_ITEM_NAME: { status: 409, title: 'Another item has this name' },
  ITEM_HAS_OPEN_RESERVATIONS: { status: 409, title: 'Open orders hold stock of the item' },
  INSUFFICIENT_STOCK: { status: 409, title: 'There is not enough in stock' },
  QUANTITY_TOO_LARGE: { status: 422, title: 'More than an item can hold' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The key was used for another request' },
  STOCK_UNAVAILABLE: { status: 503, title: 'Stock is not available at the moment', retryAfterSeconds: 2 },
  ORDERS_UNAVAILABLE: { status: 503, title: 'The order service does not answer at the moment', retryAfterSeconds: 2 },
  STARTING: { status: 503, title: 'The service is still starting', retryAfterSeconds: 2 },
} as const satisfies ProblemCatalogue;
