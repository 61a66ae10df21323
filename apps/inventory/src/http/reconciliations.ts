/** The route of the reconciliation: an admin has orders, reservations, ledger and items compared, a part at a time, and repaired on request. */
import { createCursors, Refusal, UnreachableError, type Http } from '@oms/service-kit';
import type { Reconcile } from '../reconciliation/reconcile.ts';
import type { Position, Report, ReportedDiscrepancy } from '../reconciliation/report.ts';
import { ReconcileBody, ReconcileReply } from './reconciliation-schemas.ts';
import { parseItemId, parseOrderId } from './request-context.ts';

export function reconciliationRoutes(
  http: Http,
  { reconcile, assertReady, now }: { reconcile: Reconcile; assertReady: () => void; now: () => Date },
): void {
  http.post(
    '/v1/inventory/reconciliations',
    {
      config: { roles: ['admin'], problems: ['ORDERS_UNAVAILABLE', 'STOCK_UNAVAILABLE', 'STARTING'] },
      schema: {
        tags: ['inventory'],
        operationId: 'reconcileInventory',
        summary: 'Find discrepancies between items, ledger, reservations and orders; repair them with `fix`',
        body: ReconcileBody,
        response: { 200: ReconcileReply },
      },
    },
    async ({ body: { fix = false, orderIds = [], itemIds = [], cursor }, caller }) => {
      if (fix) assertReady();
      const options = { fix, by: caller.id };
      const asOf = now().toISOString();
      const hasIds = orderIds.length + itemIds.length > 0;
      if (hasIds && cursor !== undefined)
        throw wrongCursor('cannot be combined with ids: leave out the ids or the cursor');
      const report = await (
        hasIds
          ? reconcile.only({ orderIds: orderIds.map(parseOrderId), itemIds: itemIds.map(parseItemId) }, options)
          : reconcile.part(positionOf(cursor), options)
      ).catch(refuseUnreachable);
      return reportView(report, asOf);
    },
  );
}

function reportView({ discrepancies, checked, inFlight, next }: Report, asOf: string): ReconcileReply {
  const fixed = discrepancies.filter((discrepancy) => discrepancy.fixed).length;
  return {
    findings: discrepancies.map(discrepancyView),
    counts: { found: discrepancies.length, fixed, left: discrepancies.length - fixed, underWay: inFlight },
    checked,
    asOf,
    nextCursor: next && cursorOf(next),
  };
}

function discrepancyView({
  itemId,
  orderId,
  needsPerson: _,
  ...discrepancy
}: ReportedDiscrepancy): ReconcileReply['findings'][number] {
  return { ...discrepancy, ...(itemId !== null && { itemId }), ...(orderId !== null && { orderId }) };
}

/** Ids are '' where nothing has been compared yet. */
const cursors = createCursors({
  list: 'inventory/reconciliations',
  sort: { phase: 'text', after: 'text', orderAfter: 'text' },
});

function cursorOf(position: Position): string {
  const orderAfter = position.phase === 'ledger' ? position.orderAfter : null;
  return cursors.encode({ phase: position.phase, after: position.after ?? '', orderAfter: orderAfter ?? '' });
}

/** A cursor is input of the caller, so it is checked. */
function positionOf(cursor: string | undefined): Position {
  const { phase, after, orderAfter } = cursors.after(cursor) ?? { phase: 'orders', after: '', orderAfter: '' };
  if (![after, orderAfter].every((id) => id === '' || uuid.test(id))) throw wrongCursor(notOurs);
  if (phase === 'orders') return { phase, after: after === '' ? null : parseOrderId(after) };
  const itemAfter = after === '' ? null : parseItemId(after);
  if (phase === 'items') return { phase, after: itemAfter };
  if (phase === 'ledger') {
    return { phase, after: itemAfter, orderAfter: orderAfter === '' ? null : parseOrderId(orderAfter) };
  }
  throw wrongCursor(notOurs);
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const notOurs = 'must be the nextCursor of an earlier reply';

function wrongCursor(message: string): Refusal {
  return new Refusal('VALIDATION_FAILED', `The request is not valid: cursor ${message}.`, {
    errors: [{ field: 'cursor', message }],
  });
}

function refuseUnreachable(error: unknown): never {
  if (!(error instanceof UnreachableError)) throw error;
  throw new Refusal(
    'ORDERS_UNAVAILABLE',
    'The order service does not answer, and without it reservations cannot be checked. Send the same request again.',
  );
}
