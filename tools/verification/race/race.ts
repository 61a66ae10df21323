// The race: many customers at once want more than there is. Exactly what there is must be sold, each unit once, and every other customer refused.
import { formatCents } from '@oms/contracts';
import { Pool } from 'undici';
import type { ApiCaller } from '../../dev/client/client.ts';
import { attempt, type Outcome } from './customer.ts';
import { assertEnough, isSentTwice, wantsOf, type Demand, type Want } from './demand.ts';

export type Race = { attempts: number; units: number; items: number; clients: number; isMixed: boolean; seed: number };
export type Result = {
  /** Ids answered with 201. */
  accepted: ReadonlySet<string>;
  units: number;
  refused: number;
  retries: number;
  seconds: number;
  /** What must not be; empty when the race was fair. */
  violations: string[];
};
type Callers = { origin: string; staff: ApiCaller; customers: readonly ApiCaller[] };

const priceCents = 250;
/** One defect can show a million times. */
const violationsMax = 50;

/** @param progress is called after each attempt with how many have ended */
export async function runRace({
  origin,
  staff,
  customers,
  race,
  progress,
}: Callers & { race: Race; progress?: (done: number) => void }): Promise<Result> {
  assertEnough(race);
  const stock = await createItems(staff, race);
  const demand: Demand = { ...race, itemIds: [...stock.keys()] };
  const connections = new Pool(origin, { connections: race.clients, pipelining: 1 });
  const accepted = new Set<string>();
  const sold = new Map(demand.itemIds.map((itemId) => [itemId, 0]));
  const violations: string[] = [];
  const find = (what: string) => void (violations.length < violationsMax && violations.push(what));
  let [next, done, refused, retries] = [0, 0, 0, 0];

  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: race.clients }, customer));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  await connections.close();

  for (const [itemId, before] of stock) {
    if (sold.get(itemId) !== before) find(`${before} units of ${itemId} were there, and ${sold.get(itemId)} were sold`);
    const { quantity } = (await staff.get(`/v1/inventory/${itemId}`)).body as { quantity: number };
    if (quantity !== 0) find(`${quantity} units of ${itemId} are left, though more were wanted`);
  }
  const units = [...sold.values()].reduce((sum, count) => sum + count, 0);
  return { accepted, units, refused, retries, seconds, violations };

  async function customer(): Promise<void> {
    while (next < race.attempts) {
      const mine = (next += 1) - 1;
      await attemptOf(mine);
      done += 1;
      progress?.(done);
    }
  }

  async function attemptOf(mine: number): Promise<void> {
    const wants = wantsOf(demand, mine);
    const { token } = customers[mine % customers.length]!;
    const expectedTotal = formatCents(unitsIn(wants) * priceCents);
    const ask = () => attempt({ connections, token, key: `race-${race.seed}-${mine}`, wants, expectedTotal });
    const [outcome, twin] = await Promise.all(isSentTwice(mine) ? [ask(), ask()] : [ask()]);
    retries += outcome.retries;
    if (twin && nameOf(twin) !== nameOf(outcome))
      find(`attempt ${mine} was sent twice at once and answered ${nameOf(outcome)} and ${nameOf(twin)}`);
    if (outcome.type === 'REFUSED') refused += 1;
    if (outcome.type === 'UNEXPECTED') find(`attempt ${mine} was answered ${outcome.answer}`);
    if (outcome.type === 'ACCEPTED') accept(mine, wants, outcome);
  }

  function accept(
    mine: number,
    wants: readonly Want[],
    { orderId, got }: Extract<Outcome, { type: 'ACCEPTED' }>,
  ): void {
    if (accepted.has(orderId)) find(`attempt ${mine} was given order ${orderId}, which another attempt has`);
    accepted.add(orderId);
    const [wanted, received] = [unitsIn(wants), unitsIn(got)];
    if (wanted !== received) find(`attempt ${mine} wanted ${wanted} units and got ${received}`);
    for (const { itemId, quantity } of got) sold.set(itemId, (sold.get(itemId) ?? 0) + quantity);
  }
}

function unitsIn(lines: readonly Want[]): number {
  return lines.reduce((total, { quantity }) => total + quantity, 0);
}

function nameOf(outcome: Outcome): string {
  return outcome.type === 'ACCEPTED' ? `ACCEPTED as ${outcome.orderId}` : outcome.type;
}

/** New items, the units spread over them as evenly as they can be. */
async function createItems(staff: ApiCaller, { units, items, seed }: Race): Promise<Map<string, number>> {
  const stock = new Map<string, number>();
  for (let number = 0; number < items; number += 1) {
    const quantity = Math.floor(units / items) + (number < units % items ? 1 : 0);
    const itemName = `Raced for ${seed} ${number} ${performance.now()}`;
    const details = {
      unit: 'piece',
      price: formatCents(priceCents),
      category: 'race',
      threshold: Math.floor(quantity / 10),
    };
    const reply = await staff.post('/v1/inventory', { itemName, quantity, ...details });
    if (reply.status !== 201)
      throw new Error(`The item could not be created: ${reply.status} ${JSON.stringify(reply.body)}`);
    stock.set((reply.body as { id: string }).id, quantity);
  }
  return stock;
}
