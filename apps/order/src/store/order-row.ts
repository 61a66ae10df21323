/** The row of an order, for writes and reads: the one place that knows the columns of "orders" and the JSON in them. */

import { formatCents, parseCents, type CustomerId, type ItemId, type OrderId } from '@oms/contracts';
import type { DeliveryAddress, Order, OrderLine, OrderStatus } from '../domain/order.ts';
import type { Columns } from './columns.ts';

export type OrderRow = {
  id: OrderId;
  customerId: CustomerId;
  status: OrderStatus;
  totalAmount: string;
  items: ItemJson[];
  deliveryAddress: AddressJson;
  createdAt: Date;
  updatedAt: Date;
  version: number;
  promisedDeliveryAt: Date | null;
  deliverAt: Date | null;
};

export type ItemJson = {
  itemId: ItemId;
  itemName: string;
  quantity: number;
  note: string | null;
  unitPrice: string;
  lineTotal: string;
};
/** Rows of before there were notes have none. */
type StoredItemJson = Omit<ItemJson, 'note'> & { note?: string | null };

/** `line2` and `instructions` are absent when there are none, as in the request. */
export type AddressJson = {
  line1: string;
  line2?: string;
  city: string;
  postalCode: string;
  country: string;
  instructions?: string;
};

export const orderColumns: Columns<OrderRow> = {
  id: 'uuid',
  customerId: 'uuid',
  status: '"OrderStatus"',
  totalAmount: 'decimal',
  items: 'jsonb',
  deliveryAddress: 'jsonb',
  createdAt: 'timestamptz',
  updatedAt: 'timestamptz',
  version: 'int',
  promisedDeliveryAt: 'timestamptz',
  deliverAt: 'timestamptz',
};

export function orderToRow(order: Order): OrderRow {
  const { id, customerId, status, createdAt, updatedAt, version, promisedDeliveryAt, deliverAt } = order;
  const totalAmount = formatCents(order.totalCents);
  const items = order.lines.map(lineToJson);
  const deliveryAddress = addressToJson(order.deliveryAddress);
  return {
    id,
    customerId,
    status,
    totalAmount,
    items,
    deliveryAddress,
    createdAt,
    updatedAt,
    version,
    promisedDeliveryAt,
    deliverAt,
  };
}

export function orderFromRow(row: OrderRow): Order {
  const { id, customerId, status, createdAt, updatedAt, version, promisedDeliveryAt, deliverAt } = row;
  const totalCents = parseCents(row.totalAmount);
  const lines = row.items.map(lineFromJson);
  const deliveryAddress = addressFromJson(row.deliveryAddress);
  return {
    id,
    customerId,
    status,
    totalCents,
    lines,
    deliveryAddress,
    createdAt,
    updatedAt,
    version,
    promisedDeliveryAt,
    deliverAt,
  };
}

function lineToJson({ itemId, itemName, quantity, note, unitPriceCents, lineTotalCents }: OrderLine): ItemJson {
  return {
    itemId,
    itemName,
    quantity,
    note,
    unitPrice: formatCents(unitPriceCents),
    lineTotal: formatCents(lineTotalCents),
  };
}

function lineFromJson({ itemId, itemName, quantity, note = null, unitPrice, lineTotal }: StoredItemJson): OrderLine {
  return {
    itemId,
    itemName,
    quantity,
    note,
    unitPriceCents: parseCents(unitPrice),
    lineTotalCents: parseCents(lineTotal),
  };
}

function addressToJson({ line1, line2, city, postalCode, country, instructions }: DeliveryAddress): AddressJson {
  return {
    line1,
    ...(line2 !== null && { line2 }),
    city,
    postalCode,
    country,
    ...(instructions !== null && { instructions }),
  };
}

function addressFromJson(json: AddressJson): DeliveryAddress {
  const { line1, line2 = null, city, postalCode, country, instructions = null } = json;
  return { line1, line2, city, postalCode, country, instructions };
}
