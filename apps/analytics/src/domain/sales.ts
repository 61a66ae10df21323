// Sales: the lines and the total of each order (NEW_ORDER), and its current status and version (ORDER_STATUS_CHANGE, ORDER_MILESTONE).
import type { Cents, Message, MessageOf } from '@oms/contracts';
import { newer, rowPerKey } from './rows.ts';

export type OrderStatus = MessageOf<'ORDER_STATUS_CHANGE'>['toStatus'];

/** `placed` is null while only status changes of the order have arrived; such an order is in no figure yet. */
export type SalesOrder = {
  orderId: string;
  placed: { customerId: string; placedAt: Date; totalCents: Cents } | null;
  status: OrderStatus;
  statusAt: Date;
  version: number;
};

export type SalesLine = {
  orderId: string;
  position: number;
  itemId: string;
  itemName: string;
  quantity: number;
  unitPriceCents: Cents;
  lineTotalCents: Cents;
};

export type Sales = { orders: SalesOrder[]; lines: SalesLine[] };

/** Folds messages into sales rows, one per order and one per line; other messages are ignored. */
export function foldSales(messages: readonly Message[]): Sales {
  return mergeSales([
    {
      orders: messages.flatMap((message) => orderOf(message) ?? []),
      lines: messages.flatMap(linesOf),
    },
  ]);
}

/** Merges the sales of several folds. */
export function mergeSales(folds: readonly Sales[]): Sales {
  return {
    orders: rowPerKey(
      folds.flatMap(({ orders }) => orders),
      ({ orderId }) => orderId,
      mergeOrders,
    ),
    // A line never changes, so either of two equal rows will do.
    lines: rowPerKey(
      folds.flatMap(({ lines }) => lines),
      ({ orderId, position }) => `${orderId} ${String(position).padStart(6, '0')}`,
      (known) => known,
    ),
  };
}

/** The placement is published once and kept; the status is that of the highest version, since the first message that has it. */
function mergeOrders(a: SalesOrder, b: SalesOrder): SalesOrder {
  const last = newer(a, b);
  const statusAt = a.status === b.status ? earlier(a.statusAt, b.statusAt) : last.statusAt;
  return { ...last, statusAt, placed: a.placed ?? b.placed };
}

function earlier(a: Date, b: Date): Date {
  return b < a ? b : a;
}

function orderOf(message: Message): SalesOrder | undefined {
  const common = { orderId: message.aggregateId, statusAt: message.occurredAt, version: message.aggregateVersion };
  if (message.eventType === 'NEW_ORDER') {
    const { customerId, occurredAt: placedAt, totalAmount: totalCents } = message;
    return { ...common, placed: { customerId, placedAt, totalCents }, status: 'PENDING' };
  }
  if (message.eventType === 'ORDER_STATUS_CHANGE') return { ...common, placed: null, status: message.toStatus };
  if (message.eventType === 'ORDER_MILESTONE') {
    const status = statusIn[message.milestone];
    return status && { ...common, placed: null, status };
  }
  return undefined;
}

/** The status that an order has when it reaches a milestone. */
const statusIn: Readonly<Record<MessageOf<'ORDER_MILESTONE'>['milestone'], OrderStatus | undefined>> = {
  READY: 'PREPARING',
  DUE: 'PENDING',
  UNKNOWN: undefined,
};

function linesOf(message: Message): SalesLine[] {
  if (message.eventType !== 'NEW_ORDER') return [];
  return message.items.map((item, position) => ({
    orderId: message.aggregateId,
    position,
    itemId: item.itemId,
    itemName: item.itemName,
    quantity: item.quantity,
    unitPriceCents: item.unitPrice,
    lineTotalCents: item.lineTotal,
  }));
}
