/** The order service, over HTTP: how orders stand, and whether placements became orders. */
import { parseCents, type OrderId } from '@oms/contracts';
import { UnreachableError, type HttpClient } from '@oms/service-kit';
import type { ReservedLine } from '../domain/reservation.ts';

export type Placement = { orderId: OrderId; attempt: number };
export type ResolvedPlacement = { orderId: OrderId; outcome: 'PLACED' | 'ABANDONED' };

/** An order as the order service has it. */
export type OrderState = {
  orderId: OrderId;
  status: 'PENDING' | 'PREPARING' | 'OUT_FOR_DELIVERY' | 'DELIVERED' | 'CANCELLED';
  version: number;
  /** The attempt that placed the order; null when it is not known. */
  attempt: number | null;
  /** The event of this version on order-events; null when it is not known. */
  eventId: string | null;
  /** Of a cancelled order: whether its stock comes back; null or absent counts as true. */
  restock?: boolean | null | undefined;
  lines: readonly ReservedLine[];
};
/** `published`: Kafka has all events of the order. */
export type OrderStateWithEvents = OrderState & { published: boolean };

/** @throws UnreachableError, from each function, when the order service gives no answer; nothing may be concluded then */
export type OrderClient = {
  /** Settles the placements: one that the order service does not have can no longer be committed. */
  resolvePlacements(placements: readonly Placement[]): Promise<ResolvedPlacement[]>;
  /** The orders among `orderIds` that exist. */
  orderStates(orderIds: readonly OrderId[]): Promise<OrderStateWithEvents[]>;
  /** All orders by id, at most `limit`, after the id `after`. */
  orderStatesPage(after: OrderId | null, limit: number): Promise<OrderState[]>;
};

type JsonLine = Omit<ReservedLine, 'unitPriceCents'> & { unitPrice: string };
type JsonState = Omit<OrderState, 'lines'> & { lines: JsonLine[] };
/** `told` is the name of `published` in the order service of the release before. */
type JsonStateWithEvents = JsonState & { published?: boolean; told?: boolean };

export function createOrderClient(http: HttpClient): OrderClient {
  return {
    async resolvePlacements(placements) {
      const body = { placements: placements.map(({ orderId, attempt }) => ({ orderId, attempt })) };
      return (await http.post<{ results: ResolvedPlacement[] }>('/internal/placements/resolve', body)).results;
    },
    async orderStates(orderIds) {
      if (orderIds.length === 0) return [];
      const results = await read<JsonStateWithEvents>('/internal/orders/states', { orderIds });
      return results.map(({ published, told, ...state }) => {
        return { ...stateOf(state), published: published ?? told ?? false };
      });
    },
    async orderStatesPage(after, limit) {
      const body = { limit, ...(after !== null && { after }) };
      return (await read<JsonState>('/internal/orders/states/page', body)).map(stateOf);
    },
  };

  /** Retried once: a read can be repeated, and one cut connection should not end a reconciliation. */
  async function read<State>(path: string, body: object): Promise<State[]> {
    const post = () => http.post<{ results: State[] }>(path, body);
    const { results } = await post().catch((error: unknown) => {
      if (error instanceof UnreachableError) return post();
      throw error;
    });
    return results;
  }
}

function stateOf({ lines, ...state }: JsonState): OrderState {
  return {
    ...state,
    lines: lines.map(({ unitPrice, ...line }) => ({ ...line, unitPriceCents: parseCents(unitPrice) })),
  };
}
