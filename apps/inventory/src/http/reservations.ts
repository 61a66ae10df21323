/** The door for the order service: reserve the lines of orders, each order all or nothing, many orders in one call. */
import { formatCents, parseCents } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type { Http } from '@oms/service-kit';
import type { ReserveOutcome } from '../domain/reservation.ts';
import type { StockWriter } from '../store/transact.ts';
import { ReserveBody, ReserveReply } from './schemas.ts';
import { itemIdOf, orderIdOf, toldBy } from './request-context.ts';

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
        summary: 'Reserve the lines of orders; asked again for the same order, it answers the same',
        body: ReserveBody,
        response: { 200: ReserveReply },
      },
    },
    async (request) => {
      const told = toldBy(request, now());
      // One by one into the queue, where they share transactions with each other and with everybody else's.
      const outcomes = await Promise.all(
        request.body.reservations.map(({ orderId, lines, totalMax }) =>
          stock.submit({
            ...{ type: 'Reserve', orderId: orderIdOf(orderId) },
            lines: lines.map(({ itemId, quantity }) => ({ itemId: itemIdOf(itemId), quantity })),
            ...(totalMax !== undefined && { totalCentsMax: parseCents(totalMax) }),
            ...told,
          }),
        ),
      );
      failpoint('inventory.reserved');
      return { results: outcomes.map(viewOfOutcome) };
    },
  );
}

function viewOfOutcome(outcome: ReserveOutcome) {
  if (outcome.outcome !== 'RESERVED') return outcome;
  const lines = outcome.lines.map(({ unitPriceCents, ...line }) => ({
    ...line,
    unitPrice: formatCents(unitPriceCents),
  }));
  return { ...outcome, lines };
}
