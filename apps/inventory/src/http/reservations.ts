/** The routes of the order service: it reserves the lines of orders, each order all or nothing, and releases those of cancelled orders. */
import { formatCents, parseCents } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import { disconnectSignal, traceparentOf, type Http } from '@oms/service-kit';
import { releaseOfCancelled, type ReserveOutcome } from '../domain/reservation.ts';
import type { StockWriter } from '../store/transact.ts';
import { ReleaseBody, ReleaseReply, ReserveBody, ReserveReply, type ReserveResult } from './schemas.ts';
import { parseItemId, parseOrderId, requestContext } from './request-context.ts';

/** 200 orders of 100 lines, the most that order sends at once, are 2 MB. */
const bodyLimitBytes = 8 * 1_048_576;

export function reservationRoutes(http: Http, { stock, now }: { stock: StockWriter; now: () => Date }): void {
  http.post(
    '/internal/reservations',
    {
      bodyLimit: bodyLimitBytes,
      config: { roles: ['service'], problems: ['STOCK_UNAVAILABLE', 'STARTING', 'TOO_BUSY'] },
      schema: {
        tags: ['internal'],
        summary: 'Reserve the lines of orders; a retry for the same order gets the same answer',
        body: ReserveBody,
        response: { 200: ReserveReply },
      },
    },
    async (request, reply) => {
      const signal = disconnectSignal(reply);
      const context = requestContext(request, now());
      // Each order is a command of its own in the queue, where it shares a transaction with others.
      const outcomes = await Promise.all(
        request.body.reservations.map(({ orderId, lines, totalMax, expectedTotal }) =>
          stock.submit(
            {
              type: 'Reserve',
              orderId: parseOrderId(orderId),
              lines: lines.map(({ itemId, quantity }) => ({ itemId: parseItemId(itemId), quantity })),
              ...(totalMax !== undefined && { totalCentsMax: parseCents(totalMax) }),
              ...(expectedTotal !== undefined && { expectedTotalCents: parseCents(expectedTotal) }),
              ...context,
            },
            { signal },
          ),
        ),
      );
      failpoint('inventory.reserved');
      return { results: outcomes.map(outcomeView) };
    },
  );

  http.post(
    '/internal/reservations/release',
    {
      config: { roles: ['service'], problems: ['STOCK_UNAVAILABLE', 'STARTING', 'TOO_BUSY'] },
      schema: {
        tags: ['internal'],
        summary: 'End the reservations of cancelled orders, once: their stock comes back, or is written off',
        body: ReleaseBody,
        response: { 200: ReleaseReply },
      },
    },
    async (request) => {
      const at = now();
      const traceparent = traceparentOf(request.headers);
      const results = request.body.orders.map(async ({ orderId: text, soldOutItemIds: itemIds, ...cancelled }) => {
        const [orderId, soldOutItemIds] = [parseOrderId(text), itemIds?.map(parseItemId)];
        const command = { ...releaseOfCancelled({ ...cancelled, orderId, soldOutItemIds }, at), traceparent };
        const { changed } = await stock.submit(command);
        return { orderId, changed };
      });
      return { results: await Promise.all(results) };
    },
  );
}

function outcomeView(outcome: ReserveOutcome): ReserveResult {
  if (outcome.outcome === 'ITEM_UNAVAILABLE') {
    const items = outcome.items.map((item) => ({ ...item, until: item.until?.toISOString() ?? null }));
    return { ...outcome, items };
  }
  if (outcome.outcome !== 'RESERVED' && outcome.outcome !== 'PRICE_CHANGED') return outcome;
  const lines = outcome.lines.map(({ unitPriceCents, ...line }) => ({
    ...line,
    unitPrice: formatCents(unitPriceCents),
  }));
  if (outcome.outcome === 'RESERVED') return { ...outcome, lines };
  const { totalCents, ...rest } = outcome;
  return { ...rest, lines, total: formatCents(totalCents) };
}
