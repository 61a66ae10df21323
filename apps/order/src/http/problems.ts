/** The problems of the order service, beside those that every service has. */

import type { ProblemCatalogue } from '@oms/service-kit';

const itemId = '6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11';

export const problems = {
  INVALID_TRANSITION: {
    status: 409,
    title: 'The order cannot have this status next',
    example: { detail: 'An order that is DELIVERED cannot become PREPARING. Allowed: none.', allowed: [] },
  },
  REASON_NOT_ALLOWED: { status: 409, title: 'The order cannot be cancelled for this reason in its status' },
  RESTOCK_NOT_ALLOWED: { status: 409, title: 'The stock of the order cannot come back' },
  ITEM_NOT_IN_ORDER: { status: 422, title: 'An item is not in the order' },
  INSUFFICIENT_STOCK: {
    status: 409,
    title: 'Not all items are in stock',
    example: {
      detail: 'Not all items are in stock. Nothing was reserved.',
      shortages: [{ itemId, requested: 3, available: 1 }],
    },
  },
  ITEM_UNAVAILABLE: {
    status: 409,
    title: 'An item is not available at the moment',
    example: {
      detail:
        'Not available at the moment: Margherita (until 2026-01-31T12:00:00.000Z). Nothing was reserved. Order without them, or later.',
      items: [{ itemId, itemName: 'Margherita', until: '2026-01-31T12:00:00.000Z' }],
    },
  },
  PRICE_CHANGED: {
    status: 409,
    title: 'The total is not the expected one',
    example: {
      detail: 'The order comes to 12.50 now, which is not the expected total. Nothing was reserved.',
      lines: [{ itemId, itemName: 'Margherita', quantity: 1, unitPrice: '12.50', lineTotal: '12.50' }],
      total: '12.50',
    },
  },
  UNKNOWN_ITEM: {
    status: 422,
    title: 'An item does not exist',
    example: { detail: `These items do not exist: ${itemId}. GET /v1/inventory lists all items.`, itemIds: [itemId] },
  },
  TOTAL_TOO_LARGE: { status: 422, title: 'The total is too large for one order' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The key was used with another request' },
  IDEMPOTENCY_IN_FLIGHT: { status: 409, title: 'A request with this key is in progress', retryAfterSeconds: 1 },
  ORDER_ALREADY_PLACED: { status: 409, title: 'The key has placed an order before' },
  PLACEMENT_ABANDONED: { status: 503, title: 'The attempt took too long', retryAfterSeconds: 1 },
  TOO_MANY_STREAMS: { status: 429, title: 'The caller has too many event streams open', retryAfterSeconds: 5 },
  INVENTORY_UNAVAILABLE: { status: 503, title: 'Stock cannot be reserved at the moment', retryAfterSeconds: 2 },
  ORDERS_UNAVAILABLE: { status: 503, title: 'Orders are not available at the moment', retryAfterSeconds: 2 },
  STARTING: { status: 503, title: 'The service is starting', retryAfterSeconds: 2 },
} as const satisfies ProblemCatalogue;
