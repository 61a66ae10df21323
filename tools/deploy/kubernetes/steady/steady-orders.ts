// Runs in a pod: steady orders through the gateway, each taken from step to step until it is delivered. It imports nothing of ours,
// so that the file alone can be mounted. A line of JSON a second says what came of it, and the last one, on SIGTERM, says it all.

import { randomUUID } from 'node:crypto';

export type Steady = {
  /** Requests that were answered as they should be. */
  answered: number;
  /** Requests that were not, each time they were tried. */
  failed: number;
  placed: number;
  delivered: number;
  /** Of those answered in the second before the line; of all, in the last line. */
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** What the newest failures were. */
  failures: string[];
  isLast: boolean;
};

type Settings = {
  gateway: string;
  customer: string;
  staff: string;
  itemIds: string[];
  perSecond: number;
  secondsMax: number;
};

const settings = JSON.parse(process.env['STEADY_ORDERS'] ?? '{}') as Settings;
const triesMax = 20;
const pauseMs = 250;
const patienceMs = 15_000;
const failuresKept = 20;
const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };

const sum: Steady = {
  answered: 0,
  failed: 0,
  placed: 0,
  delivered: 0,
  p50Ms: 0,
  p99Ms: 0,
  maxMs: 0,
  failures: [],
  isLast: false,
};
const allMs: number[] = [];
const secondMs: number[] = [];
let inFlight = 0;

const orders = setInterval(() => void takeThrough(), 1_000 / settings.perSecond);
const lines = setInterval(() => say(secondMs.splice(0)), 1_000);
setTimeout(end, settings.secondsMax * 1_000);
process.once('SIGTERM', end);

async function takeThrough(): Promise<void> {
  inFlight += 1;
  try {
    const itemId = settings.itemIds[sum.placed % settings.itemIds.length];
    const request = { items: [{ itemId, quantity: 1 }], deliveryAddress };
    const key = { 'idempotency-key': randomUUID() };
    const order = await ask('POST', '/v1/orders', settings.customer, request, 201, key);
    if (!order) return;
    sum.placed += 1;
    for (const status of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'])
      if (!(await ask('PATCH', `/v1/orders/${order.id}/status`, settings.staff, { status }, 200))) return;
    sum.delivered += 1;
  } finally {
    inFlight -= 1;
  }
}

/** Asked again when it fails, as a client does: an order is placed once all the same. Each failure is counted. */
async function ask(
  method: string,
  path: string,
  token: string,
  body: unknown,
  wanted: number,
  more: Record<string, string> = {},
): Promise<{ id: string } | undefined> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more };
  for (let tries = 0; tries < triesMax; tries += 1) {
    const from = performance.now();
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const reply = await fetch(settings.gateway + path, { method, headers, body: JSON.stringify(body), signal });
      const text = await reply.text();
      if (reply.status === wanted) {
        const ms = performance.now() - from;
        allMs.push(ms);
        secondMs.push(ms);
        sum.answered += 1;
        return JSON.parse(text) as { id: string };
      }
      failed(`${method} ${path.replace(/[0-9a-f-]{36}/, 'ID')}: ${reply.status} ${text.slice(0, 300)}`);
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error };
      failed(`${method} ${path.replace(/[0-9a-f-]{36}/, 'ID')}: ${message}${cause ? ` (${cause.message})` : ''}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return undefined;
}

function failed(what: string): void {
  sum.failed += 1;
  sum.failures.push(`${new Date().toISOString()} ${what}`);
  if (sum.failures.length > failuresKept) sum.failures.shift();
}

function say(latenciesMs: number[], isLast = false): void {
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number) => Math.round(latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0);
  console.log(
    JSON.stringify({ ...sum, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: Math.round(latenciesMs.at(-1) ?? 0), isLast }),
  );
}

function end(): void {
  clearInterval(orders);
  const rest = setInterval(() => {
    if (inFlight > 0) return;
    clearInterval(rest);
    clearInterval(lines);
    say(allMs, true);
    process.exit(0);
  }, 20);
}
