// Inventory's HTTP doors as a caller sees them who may be cut off: each wish is answered, surely not carried out, or nobody knows.
import type { Answer, LedgerEntry, Shortage, Wish } from './history.ts';
import type { Heard } from './recorder.ts';

export type Reservation = Extract<Wish, { type: 'Reserve' }>;
export type StockDoor = {
  ask(wish: Exclude<Wish, { orderId: string }>, deadlineMs: number): Promise<Heard>;
  /** All in one call, as order sends them. */
  reserve(orders: readonly Reservation[], deadlineMs: number): Promise<Heard>;
  create(itemName: string, quantity: number): Promise<string>;
  /** What happened to the item, the newest first. */
  ledger(itemId: string): Promise<Movement[]>;
};

export type Movement = LedgerEntry & { note: string | null };
type Result = { outcome: string; attempt?: number; shortages?: Shortage[] };
type Tokens = { staff: string; service: string };

export function createStockDoor(url: string, tokens: Tokens): StockDoor {
  return {
    async ask(wish, deadlineMs) {
      const path = `/v1/inventory/${wish.itemId}`;
      if (wish.type === 'Read') return heard(await send('GET', path, { deadlineMs }));
      const headers = { 'idempotency-key': wish.key };
      const [door, body] =
        wish.type === 'Restock'
          ? ['restock', { quantity: wish.quantity }]
          : ['adjustments', { delta: wish.delta, reason: 'counted' }];
      return heard(await send('POST', `${path}/${door}`, { headers, body, deadlineMs }));
    },
    async reserve(orders, deadlineMs) {
      const reservations = orders.map(({ orderId, lines }) => ({ orderId, lines }));
      const reply = await send('POST', '/internal/reservations', { body: { reservations }, deadlineMs, as: 'service' });
      if (typeof reply === 'string' || reply.status !== 200) return heard(reply);
      return (reply.body as { results: Result[] }).results.map(answerOf);
    },
    async create(itemName, quantity) {
      const body = { itemName, quantity, threshold: 5, unit: 'piece', price: '1.00', category: 'recorded' };
      const reply = await send('POST', '/v1/inventory', { body, deadlineMs: 10_000 });
      if (typeof reply === 'string' || reply.status !== 201)
        throw new Error(`The item ${itemName} could not be created: ${JSON.stringify(reply)}`);
      return (reply.body as { id: string }).id;
    },
    async ledger(itemId) {
      const found: Movement[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const after = cursor === '' ? '' : `&cursor=${cursor}`;
        const reply = await send('GET', `/v1/inventory/${itemId}/movements?limit=200${after}`, { deadlineMs: 10_000 });
        if (typeof reply === 'string' || reply.status !== 200) throw new Error(`No ledger: ${JSON.stringify(reply)}`);
        const page = reply.body as { data: Movement[]; nextCursor: string | null };
        found.push(...page.data);
        cursor = page.nextCursor;
      }
      return found;
    },
  };

  type Reply = { status: number; etag: string | null; body: unknown };
  type Sending = { body?: unknown; headers?: Record<string, string>; deadlineMs: number; as?: keyof Tokens };

  async function send(method: string, path: string, o: Sending): Promise<Reply | 'UNKNOWN' | 'NOTHING'> {
    const headers = {
      authorization: `Bearer ${tokens[o.as ?? 'staff']}`,
      ...o.headers,
      ...(o.body !== undefined && { 'content-type': 'application/json' }),
    };
    try {
      const response = await fetch(url + path, {
        ...{ method, headers, signal: AbortSignal.timeout(o.deadlineMs) },
        ...(o.body !== undefined && { body: JSON.stringify(o.body) }),
      });
      const { status } = response;
      return { status, etag: response.headers.get('etag'), body: await response.json() };
    } catch (error) {
      // Nobody listened, so nobody heard; any other end of the connection may have come after the deed.
      const { cause } = error as { cause?: { code?: string } };
      return cause?.code === 'ECONNREFUSED' ? 'NOTHING' : 'UNKNOWN';
    }
  }

  function heard(reply: Reply | 'UNKNOWN' | 'NOTHING'): Heard {
    if (typeof reply === 'string') return reply;
    const { status, etag, body } = reply;
    const { code, shortages = [] } = body as { code?: string; shortages?: Shortage[] };
    if (status === 200) {
      const { quantity } = body as { quantity: number };
      return [{ type: 'Item', quantity, version: Number(etag?.replaceAll('"', '')) }];
    }
    if (code === 'INSUFFICIENT_STOCK') return [{ type: 'Short', shortages }];
    if (code === 'STARTING') return 'NOTHING';
    if (status === 503) return 'UNKNOWN';
    throw new Error(`Inventory answered what no caller expects: ${status} ${JSON.stringify(body)}`);
  }
}

function answerOf({ outcome, attempt, shortages = [] }: Result): Answer {
  if (outcome === 'RESERVED') return { type: 'Reserved', attempt: attempt ?? 0 };
  if (outcome === 'INSUFFICIENT_STOCK') return { type: 'Short', shortages };
  if (outcome === 'CONFLICT') return { type: 'Conflict' };
  throw new Error(`Inventory answered a reservation with ${outcome}.`);
}
