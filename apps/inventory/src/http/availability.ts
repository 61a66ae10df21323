/** The routes by which staff switch an item off, until a time or until they switch it on again. */
import { disconnectSignal, parseTime, type Http } from '@oms/service-kit';
import { withoutEnd } from '../domain/availability.ts';
import type { StockWriter } from '../store/transact.ts';
import { headersOf, itemView } from './items.ts';
import { idempotencyOf, parseItemId, requestContext } from './request-context.ts';
import { IdempotencyHeaders, Item, ItemParams, SwitchOffBody } from './schemas.ts';

const config = {
  roles: ['staff', 'admin'],
  problems: ['NOT_FOUND', 'IDEMPOTENCY_KEY_REUSED', 'STOCK_UNAVAILABLE', 'STARTING'],
  replyHeaders: ['etag', 'stock-version', 'idempotency-replayed'],
} as const;

type Request = Parameters<typeof requestContext>[0] & { params: { id: string } };

export function availabilityRoutes(http: Http, { stock, now }: { stock: StockWriter; now: () => Date }): void {
  http.post(
    '/v1/inventory/:id/unavailable',
    {
      config,
      // No body is the same as one without a time.
      preValidation: (request, _reply, done) => {
        request.body ??= {};
        done();
      },
      schema: {
        tags: ['inventory'],
        operationId: 'switchItemOff',
        summary: 'Switch an item off: an order for it is refused as ITEM_UNAVAILABLE, whatever its stock',
        params: ItemParams,
        headers: IdempotencyHeaders,
        body: SwitchOffBody,
        response: { 200: Item },
      },
    },
    async (request, reply) => {
      const { until } = request.body;
      const { headers, item } = await change(request, reply, parseTime(until, 'until') ?? withoutEnd);
      return reply.headers(headers).send(item);
    },
  );

  http.delete(
    '/v1/inventory/:id/unavailable',
    {
      config,
      schema: {
        tags: ['inventory'],
        operationId: 'switchItemOn',
        summary: 'Switch an item on again',
        params: ItemParams,
        headers: IdempotencyHeaders,
        response: { 200: Item },
      },
    },
    async (request, reply) => {
      const { headers, item } = await change(request, reply, null);
      return reply.headers(headers).send(item);
    },
  );

  async function change(request: Request, reply: Parameters<typeof disconnectSignal>[0], until: Date | null) {
    const itemId = parseItemId(request.params.id);
    const key = request.headers['idempotency-key'] as string | undefined;
    const answer = await stock.submit(
      {
        type: 'ChangeItem',
        itemId,
        changes: { unavailableUntil: until },
        versions: null,
        ...requestContext(request, now()),
        idempotency: idempotencyOf(request, key, ['unavailable', itemId, until]),
      },
      { signal: disconnectSignal(reply) },
    );
    return { headers: headersOf(answer, key), item: itemView(answer.item) };
  }
}
