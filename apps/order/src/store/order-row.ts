/** The row of an order, for writes and reads: the one place that knows the columns of "orders" and the JSON in them. */

import { formatCents, parseCents, type CustomerId, type ItemId, type OrderId } from '@oms/contracts';
import type { Milestones } from '../domain/milestones.ts';
import type { DeliveryAddress, Order, OrderLine, OrderStatus } from '../domain/order.ts';
import type { Columns } from './columns.ts';

export type OrderRow = { -readonly [Time in keyof Milestones]: Date | null } & {
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
  dueAt: 'timestamptz',
  shownAt: 'timestamptz',
  acceptBy: 'timestamptz',
  acceptedAt: 'timestamptz',
  readyAt: 'timestamptz',
  pickedUpAt: 'timestamptz',
  deliveredAt: 'timestamptz',
  preparingLateAt: 'timestamptz',
  deliveryLateAt: 'timestamptz',
};

export function orderToRow({ totalCents, lines, deliveryAddress, ...same }: Order): OrderRow {
  const totalAmount = formatCents(totalCents);
  return { ...same, totalAmount, items: lines.map(lineToJson), deliveryAddress: addressToJson(deliveryAddress) };
}

export function orderFromRow({ totalAmount, items, deliveryAddress, ...same }: OrderRow): Order {
  const totalCents = parseCents(totalAmount);
  return { ...same, totalCents, lines: items.map(lineFromJson), deliveryAddress: addressFromJson(deliveryAddress) };
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
