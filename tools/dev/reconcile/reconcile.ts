// A reconciliation of the whole of the books through the front door, stretch after stretch, and what it found in words.
import type { ApiCaller } from '../client/client.ts';

export type Finding = {
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
export type ReconcileReport = {
  findings: Finding[];
  counts: Counts;
  checked: { orders: number; items: number };
  asOf: string;
};

/** A stretch whose answer got lost is asked for again: what it repaired is right by then, and repaired no second time. */
const triesMax = 5;

/** @throws Error saying what the system answered, when it refuses or keeps failing */
export async function reconcileAll(
  admin: Pick<ApiCaller, 'post'>,
  wish: { fix: boolean; orderIds?: string[] | undefined; itemIds?: string[] | undefined },
  onStretch?: (checked: ReconcileReport['checked']) => void,
): Promise<ReconcileReport> {
  const whole: ReconcileReport = {
    findings: [],
    counts: { found: 0, fixed: 0, left: 0, underWay: 0 },
    checked: { orders: 0, items: 0 },
    asOf: '',
  };
  for (let cursor: string | null | undefined; cursor !== null;) {
    const stretch = await ask(admin, { ...wish, ...(cursor !== undefined && { cursor }) });
    whole.findings.push(...stretch.findings);
    for (const key of ['found', 'fixed', 'left', 'underWay'] as const) whole.counts[key] += stretch.counts[key];
    for (const key of ['orders', 'items'] as const) whole.checked[key] += stretch.checked[key];
    whole.asOf = stretch.asOf;
    cursor = stretch.nextCursor;
    if (cursor !== null) onStretch?.(whole.checked);
  }
  return whole;
}

/** For people: a paragraph for each finding, and how many there are. */
export function linesOf({ findings, counts, checked }: ReconcileReport, fix: boolean): string[] {
  const told = findings.flatMap((finding) => [
    `${finding.fixed ? 'repaired' : fix ? 'LEFT' : 'found'}  ${finding.kind}  ${namesOf(finding)}`,
    `          is ${finding.found}, ought to be ${finding.expected}`,
    `          ${finding.explanation}`,
    `          ${finding.fixed ? 'Done' : fix ? 'To do' : 'With --fix'}: ${finding.remedy}`,
    '',
  ]);
  const looked = `${checked.orders} orders and ${checked.items} items looked at`;
  const moving = counts.underWay > 0 ? `; news of ${counts.underWay} orders is under way, run it again for those` : '';
  if (counts.found === 0) return [`The books agree: ${looked}${moving}.`];
  const sum = `${counts.found} found, ${counts.fixed} repaired, ${counts.left} left`;
  return [...told, `${sum}: ${looked}${moving}.`];
}

type Stretch = ReconcileReport & { nextCursor: string | null };

async function ask(admin: Pick<ApiCaller, 'post'>, body: object): Promise<Stretch> {
  for (let tries = 1; ; tries += 1) {
    const reply = await admin.post('/v1/inventory/reconciliations', body);
    if (reply.status === 200) return reply.body as Stretch;
    if (reply.status < 500 || tries === triesMax) {
      const { detail } = (reply.body ?? {}) as { detail?: string };
      throw new Error(`The books could not be looked through: ${detail ?? `the answer was ${reply.status}`}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000 * tries));
  }
}

function namesOf({ orderId, itemId }: Finding): string {
  return [orderId && `order ${orderId}`, itemId && `item ${itemId}`].filter(Boolean).join(', ');
}
