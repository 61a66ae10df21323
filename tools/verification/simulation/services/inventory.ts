// A replica of inventory: its own composition on simulated ports, with calls in place of its HTTP layer.

import { formatCents, parseCents, type ItemId, type OrderId } from '@oms/contracts';
import { compose } from '../../../../apps/inventory/src/app.ts';
import type { ItemDetails } from '../../../../apps/inventory/src/domain/item.ts';
import {
  releaseOfCancelled,
  type CancelledOrder,
  type Line,
  type ReserveOutcome,
} from '../../../../apps/inventory/src/domain/reservation.ts';
import type { Idempotency } from '../../../../apps/inventory/src/domain/stock.ts';
import { createHttpClient, type Handler } from './network.ts';
import type { ServicePorts } from './ports.ts';

export type StockRequest = {
  itemId: ItemId;
  quantity: number;
  idempotency: Idempotency;
  by: string;
  details?: ItemDetails;
};

export function startInventory({ world, process, replicas, exit, ...ports }: ServicePorts): Handler {
  const { now } = ports;
  const order = createHttpClient(world, process, 'order', () => replicas('order'));
  const { stock, ...parts } = compose(
    { ...ports, order, onFatal: exit },
    { queueMax: 10_000, holdMs: 3_000, sweepIntervalMs: 1_000 },
  );
  void parts.start();

  return async (path, body) => {
    if (path === '/internal/reservations') return reserve((body as { reservations: Wanted[] }).reservations);
    if (path === '/internal/reservations/release') return release((body as { orders: CancelledOrder[] }).orders);
    const { itemId, quantity, idempotency, by, details } = body as StockRequest;
    const context = { itemId, idempotency, by, at: now() };
    if (details) return stock.submit({ type: 'CreateItem', details, quantity, ...context });
    if (path.endsWith('/restock')) return stock.submit({ type: 'Restock', quantity, ...context });
    if (path.endsWith('/count')) return stock.submit({ type: 'Count', onHand: quantity, note: 'counted', ...context });
    return stock.submit({ type: 'Adjust', delta: quantity, note: 'found or spoiled', ...context });
  };

  async function release(orders: readonly CancelledOrder[]) {
    const commands = orders.map((order) => releaseOfCancelled(order, now()));
    const results = await Promise.all(commands.map((command) => stock.submit(command)));
    return { results: results.map(({ changed }, at) => ({ orderId: orders[at]!.orderId, changed })) };
  }

  type Wanted = { orderId: OrderId; lines: Line[]; expectedTotal?: string };
  async function reserve(reservations: readonly Wanted[]) {
    const context = { by: 'order', at: now() };
    const outcomes = await Promise.all(
      reservations.map(({ orderId, lines, expectedTotal }) => {
        const expectedTotalCents = expectedTotal === undefined ? undefined : parseCents(expectedTotal);
        return stock.submit({ type: 'Reserve', orderId, lines, expectedTotalCents, ...context });
      }),
    );
    return { results: outcomes.map(outcomeView) };
  }
}

function outcomeView(outcome: ReserveOutcome) {
  if (outcome.outcome !== 'RESERVED' && outcome.outcome !== 'PRICE_CHANGED') return outcome;
  const lines = outcome.lines.map(({ unitPriceCents, ...line }) => ({
    ...line,
    unitPrice: formatCents(unitPriceCents),
  }));
  return { ...outcome, lines };
}
