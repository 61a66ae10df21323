/** An order as the world outside sees it: the JSON of the API, of the stored reply, and of the JSONB columns. */

import { formatCents, parseCents, type ItemId } from '@oms/contracts';
import type { DeliveryAddress, Order, OrderLine, OrderStatus } from '../domain/order.ts';

export type OrderView = {
  id: string;
  customerId: string;
  status: OrderStatus;
  totalAmount: string;
  items: ItemView[];
  deliveryAddress: AddressView;
  promisedDeliveryAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
};

export type ItemView = { itemId: string; itemName: string; quantity: number; unitPrice: string; lineTotal: string };

/** `line2` and `instructions` are left out when there are none, as in the request. */
export type AddressView = {
  line1: string;
  line2?: string;
  city: string;
  postalCode: string;
  country: string;
  instructions?: string;
};

export function viewOf(order: Order): OrderView {
  const { id, customerId, status, totalCents, lines, deliveryAddress, createdAt, updatedAt, version } = order;
  const promisedDeliveryAt = order.promisedDeliveryAt?.toISOString() ?? null;
  return {
    ...{ id, customerId, status, totalAmount: formatCents(totalCents) },
    ...{ items: lines.map(itemView), deliveryAddress: addressView(deliveryAddress), promisedDeliveryAt },
    ...{ createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString(), version },
  };
}

export function itemView({ itemId, itemName, quantity, unitPriceCents, lineTotalCents }: OrderLine): ItemView {
  return { itemId, itemName, quantity, unitPrice: formatCents(unitPriceCents), lineTotal: formatCents(lineTotalCents) };
}

export function addressView({ line1, line2, city, postalCode, country, instructions }: DeliveryAddress): AddressView {
  const second = line2 === null ? {} : { line2 };
  return { line1, ...second, city, postalCode, country, ...(instructions === null ? {} : { instructions }) };
}

export function lineOf({ itemId, itemName, quantity, unitPrice, lineTotal }: ItemView): OrderLine {
  const prices = { unitPriceCents: parseCents(unitPrice), lineTotalCents: parseCents(lineTotal) };
  return { itemId: itemId as ItemId, itemName, quantity, ...prices };
}

export function addressOf({ line1, line2, city, postalCode, country, instructions }: AddressView): DeliveryAddress {
  return { line1, line2: line2 ?? null, city, postalCode, country, instructions: instructions ?? null };
}
