// Reconciles all orders and items through the gateway, batch by batch, and prints the discrepancies.
import type { ApiCaller } from '../client/client.ts';

export type Discrepancy = {
  kind: string;
  itemId?: string;
  orderId?: string;
  found: string;
  expected: string;
  explanation: string;
  remedy: string;
  fixed: boolean;
};
type Counts = { found: number; fixed: number; left: number; underWay: number };
/** The reply of the API; it names the discrepancies `findings`. */
export type ReconcileReport = {
  findings: Discrepancy[];
  counts: Counts;
  checked: { orders: number; items: number };
  asOf: string;
};

/** A batch without a reply is requested again: what it repaired is not repaired a second time. */
const triesMax = 5;

/** @throws Error with the reply of the system, when it refuses or keeps failing */
export async function reconcileAll(
  admin: Pick<ApiCaller, 'post'>,
  options: { fix: boolean; orderIds?: string[] | undefined; itemIds?: string[] | undefined },
  onBatch?: (checked: ReconcileReport['checked']) => void,
): Promise<ReconcileReport> {
  const whole: ReconcileReport = {
    findings: [],
    counts: { found: 0, fixed: 0, left: 0, underWay: 0 },
    checked: { orders: 0, items: 0 },
    asOf: '',
  };
  for (let cursor: string | null | undefined; cursor !== null;) {
    const batch = await ask(admin, { ...options, ...(cursor !== undefined && { cursor }) });
    whole.findings.push(...batch.findings);
    for (const key of ['found', 'fixed', 'left', 'underWay'] as const) whole.counts[key] += batch.counts[key];
    for (const key of ['orders', 'items'] as const) whole.checked[key] += batch.checked[key];
    whole.asOf = batch.asOf;
    cursor = batch.nextCursor;
    if (cursor !== null) onBatch?.(whole.checked);
  }
  return whole;
}

/** The report as text: a paragraph for each discrepancy, and the counts. */
export function linesOf({ findings: discrepancies, counts, checked }: ReconcileReport, fix: boolean): string[] {
  const paragraphs = discrepancies.flatMap((discrepancy) => [
    `${discrepancy.fixed ? 'repaired' : fix ? 'LEFT' : 'found'}  ${discrepancy.kind}  ${namesOf(discrepancy)}`,
    `          is ${discrepancy.found}, should be ${discrepancy.expected}`,
    `          ${discrepancy.explanation}`,
    `          ${discrepancy.fixed ? 'Done' : fix ? 'To do' : 'With --fix'}: ${discrepancy.remedy}`,
    '',
  ]);
  const scope = `${checked.orders} orders and ${checked.items} items checked`;
  const moving =
    counts.underWay > 0 ? `; events of ${counts.underWay} orders are in flight, run it again for those` : '';
  if (counts.found === 0) return [`No discrepancies: ${scope}${moving}.`];
  const sum = `${counts.found} found, ${counts.fixed} repaired, ${counts.left} left`;
  return [...paragraphs, `${sum}: ${scope}${moving}.`];
}

type Batch = ReconcileReport & { nextCursor: string | null };

async function ask(admin: Pick<ApiCaller, 'post'>, body: object): Promise<Batch> {
  for (let tries = 1; ; tries += 1) {
    const reply = await admin.post('/v1/inventory/reconciliations', body);
    if (reply.status === 200) return reply.body as Batch;
    if (reply.status < 500 || tries === triesMax) {
      const { detail } = (reply.body ?? {}) as { detail?: string };
      throw new Error(`The reconciliation failed: ${detail ?? `the answer was ${reply.status}`}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000 * tries));
  }
}

function namesOf({ orderId, itemId }: Discrepancy): string {
  return [orderId && `order ${orderId}`, itemId && `item ${itemId}`].filter(Boolean).join(', ');
}
