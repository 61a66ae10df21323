/** The inventory service's own problems; those every service has are the kit's. */
import type { ProblemCatalogue } from '@oms/service-kit';

export const problems = {
  DUPLICATE_ITEM_NAME: { status: 409, title: 'Another item has this name' },
  ITEM_HAS_OPEN_RESERVATIONS: { status: 409, title: 'Open orders hold stock of the item' },
  INSUFFICIENT_STOCK: { status: 409, title: 'There is not that much in stock' },
  QUANTITY_TOO_LARGE: { status: 422, title: 'More than an item can hold' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The key came with another request before' },
  STOCK_UNAVAILABLE: { status: 503, title: 'Stock cannot be reached at the moment', retryAfterSeconds: 2 },
  ORDERS_UNAVAILABLE: { status: 503, title: 'Orders cannot be asked at the moment', retryAfterSeconds: 2 },
  STARTING: { status: 503, title: 'The service is still starting', retryAfterSeconds: 2 },
} as const satisfies ProblemCatalogue;
