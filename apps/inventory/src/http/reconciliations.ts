/** The door of the reconciliation: an admin has the books looked through, a stretch at a time, and repaired when they say so. */
import { decodeCursor, encodeCursor, Refusal, UnreachableError, type Http } from '@oms/service-kit';
import type { Reconcile } from '../reconciliation/reconcile.ts';
import type { Place, Report, Told } from '../reconciliation/report.ts';
import { ReconcileBody, ReconcileReply } from './reconciliation-schemas.ts';
import { itemIdOf, orderIdOf } from './request-context.ts';

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
        summary: 'Find what does not agree between items, ledger, reservations and orders; repair it with `fix`',
        body: ReconcileBody,
        response: { 200: ReconcileReply },
      },
    },
    async ({ body: { fix = false, orderIds = [], itemIds = [], cursor }, caller }) => {
      if (fix) assertReady();
      const how = { fix, by: caller.id };
      const asOf = now().toISOString();
      const isForThese = orderIds.length + itemIds.length > 0;
      if (isForThese && cursor !== undefined) throw wrongCursor('goes with the whole of the books: leave ids out');
      const report = await (
        isForThese
          ? reconcile.these({ orderIds: orderIds.map(orderIdOf), itemIds: itemIds.map(itemIdOf) }, how)
          : reconcile.stretch(placeIn(cursor), how)
      ).catch(refuseUnreachable);
      return { ...viewOf(report), asOf };
    },
  );
}

function viewOf({ findings, checked, underWay, next }: Report) {
  const fixed = findings.filter((finding) => finding.fixed).length;
  return {
    findings: findings.map(viewOfFinding),
    counts: { found: findings.length, fixed, left: findings.length - fixed, underWay },
    checked,
    nextCursor:
      next && encodeCursor([next.phase, next.after ?? '', (next.phase === 'ledger' && next.orderAfter) || '']),
  };
}

function viewOfFinding({ itemId, orderId, forPerson: _, ...finding }: Told) {
  return { ...finding, ...(itemId !== null && { itemId }), ...(orderId !== null && { orderId }) };
}

/** A cursor is the caller's input. */
function placeIn(cursor: string | undefined): Place {
  if (cursor === undefined) return { phase: 'orders', after: null };
  const [phase, after = '', orderAfter = ''] = decodeCursor(cursor, 3);
  if (![after, orderAfter].every((id) => id === '' || uuid.test(id)))
    throw wrongCursor('is not one that this gave out');
  if (phase === 'orders') return { phase, after: after === '' ? null : orderIdOf(after) };
  const itemAfter = after === '' ? null : itemIdOf(after);
  if (phase === 'items') return { phase, after: itemAfter };
  if (phase === 'ledger')
    return { phase, after: itemAfter, orderAfter: orderAfter === '' ? null : orderIdOf(orderAfter) };
  throw wrongCursor('is not one that this gave out');
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

function wrongCursor(message: string): Refusal {
  const told = `The request is not as it should be: cursor ${message}.`;
  return new Refusal('VALIDATION_FAILED', told, { errors: [{ field: 'cursor', message }] });
}

function refuseUnreachable(error: unknown): never {
  if (!(error instanceof UnreachableError)) throw error;
  throw new Refusal(
    'ORDERS_UNAVAILABLE',
    'The order service gives no answer, and without its word nothing can be said of reservations. Send the same request again.',
  );
}
