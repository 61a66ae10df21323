// Inventory's HTTP API for a caller whose connection may break: each request is answered, surely not executed, or unknown.
import type { Answer, LedgerEntry, Shortage, Request } from './history.ts';
import type { Outcome } from './recorder.ts';

export type Reservation = Extract<Request, { type: 'Reserve' }>;
export type StockClient = {
  send(request: Exclude<Request, { orderId: string }>, deadlineMs: number): Promise<Outcome>;
  /** All in one call, as order sends them. */
  reserve(orders: readonly Reservation[], deadlineMs: number): Promise<Outcome>;
  create(itemName: string, quantity: number): Promise<string>;
  /** What happened to the item, the newest first. */
  ledger(itemId: string): Promise<Movement[]>;
};

export type Movement = LedgerEntry & { note: string | null };
type Result = { outcome: string; attempt?: number; shortages?: Shortage[] };
type Tokens = { staff: string; service: string };

export function createStockClient(url: string, tokens: Tokens): StockClient {
  return {
    async send(request, deadlineMs) {
      const path = `/v1/inventory/${request.itemId}`;
      if (request.type === 'Read') return outcomeOf(await call('GET', path, { deadlineMs }));
      const headers = { 'idempotency-key': request.key };
      const [operation, body] =
        request.type === 'Restock'
          ? ['restock', { quantity: request.quantity }]
          : ['adjustments', { delta: request.delta, reason: 'counted' }];
      return outcomeOf(await call('POST', `${path}/${operation}`, { headers, body, deadlineMs }));
    },
    async reserve(orders, deadlineMs) {
      const reservations = orders.map(({ orderId, lines }) => ({ orderId, lines }));
      const reply = await call('POST', '/internal/reservations', { body: { reservations }, deadlineMs, as: 'service' });
      if (typeof reply === 'string' || reply.status !== 200) return outcomeOf(reply);
      return (reply.body as { results: Result[] }).results.map(answerOf);
    },
    async create(itemName, quantity) {
      const body = { itemName, quantity, threshold: 5, unit: 'piece', price: '1.00', category: 'recorded' };
      const reply = await call('POST', '/v1/inventory', { body, deadlineMs: 10_000 });
      if (typeof reply === 'string' || reply.status !== 201)
        throw new Error(`The item ${itemName} could not be created: ${JSON.stringify(reply)}`);
      return (reply.body as { id: string }).id;
    },
    async ledger(itemId) {
      const found: Movement[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const after = cursor === '' ? '' : `&cursor=${cursor}`;
        const reply = await call('GET', `/v1/inventory/${itemId}/movements?limit=200${after}`, { deadlineMs: 10_000 });
        if (typeof reply === 'string' || reply.status !== 200) throw new Error(`No ledger: ${JSON.stringify(reply)}`);
        const page = reply.body as { data: Movement[]; nextCursor: string | null };
        found.push(...page.data);
        cursor = page.nextCursor;
      }
      return found;
    },
  };

  type Reply = { status: number; version: string | null; body: unknown };
  type CallOptions = { body?: unknown; headers?: Record<string, string>; deadlineMs: number; as?: keyof Tokens };

  async function call(
    method: string,
    path: string,
    { body, headers: own, deadlineMs, as = 'staff' }: CallOptions,
  ): Promise<Reply | 'UNKNOWN' | 'NOTHING'> {
    const headers = {
      authorization: `Bearer ${tokens[as]}`,
      ...own,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    try {
      const response = await fetch(url + path, {
        method,
        headers,
        signal: AbortSignal.timeout(deadlineMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const { status } = response;
      return { status, version: response.headers.get('stock-version'), body: await response.json() };
    } catch (error) {
      // Refused: it surely did nothing. Any other end of the connection may have come after the change.
      const { cause } = error as { cause?: { code?: string } };
      return cause?.code === 'ECONNREFUSED' ? 'NOTHING' : 'UNKNOWN';
    }
  }

  function outcomeOf(reply: Reply | 'UNKNOWN' | 'NOTHING'): Outcome {
    if (typeof reply === 'string') return reply;
    const { status, version, body } = reply;
    const { code, shortages = [] } = body as { code?: string; shortages?: Shortage[] };
    if (status === 200) {
      const { quantity } = body as { quantity: number };
      return [{ type: 'Item', quantity, version: Number(version) }];
    }
    if (code === 'INSUFFICIENT_STOCK') return [{ type: 'Short', shortages }];
    if (code === 'STARTING') return 'NOTHING';
    if (status === 503) return 'UNKNOWN';
    throw new Error(`Inventory gave an unexpected answer: ${status} ${JSON.stringify(body)}`);
  }
}

function answerOf({ outcome, attempt, shortages = [] }: Result): Answer {
  if (outcome === 'RESERVED') return { type: 'Reserved', attempt: attempt ?? 0 };
  if (outcome === 'INSUFFICIENT_STOCK') return { type: 'Short', shortages };
  if (outcome === 'CONFLICT') return { type: 'Conflict' };
  throw new Error(`Inventory answered a reservation with ${outcome}.`);
}
