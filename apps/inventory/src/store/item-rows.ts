/** The one mapping between an item and its row in `inventory`, for reads and writes. */
import { formatCents, parseCents, type ItemId } from '@oms/contracts';
import type { Item } from '../domain/item.ts';
import type { Inventory } from './generated/client.ts';
import type { Column } from './write.ts';

/** Prisma reads the price as its own decimal type, pg reads it as text. */
export type ItemRow = Omit<Inventory, 'price' | 'nameKey' | 'nameDuplicate'> & {
  price: string | { toFixed(digits: number): string };
};

export const itemColumns = {
  id: { type: 'uuid', value: (item) => item.id },
  itemName: { type: 'text', value: (item) => item.itemName },
  threshold: { type: 'integer', value: (item) => item.threshold },
  unit: { type: 'text', value: (item) => item.unit },
  price: { type: 'numeric', value: (item) => formatCents(item.priceCents) },
  category: { type: 'text', value: (item) => item.category },
  unavailableUntil: { type: 'timestamptz', value: (item) => item.unavailableUntil?.toISOString() ?? null },
  quantity: { type: 'integer', value: (item) => item.quantity },
  reserved: { type: 'integer', value: (item) => item.reserved },
  short: { type: 'integer', value: (item) => item.short },
  version: { type: 'integer', value: (item) => item.version },
  detailsVersion: { type: 'integer', value: (item) => item.detailsVersion },
  createdAt: { type: 'timestamptz', value: (item) => item.createdAt.toISOString() },
  updatedAt: { type: 'timestamptz', value: (item) => item.updatedAt.toISOString() },
} satisfies Record<keyof ItemRow, Column<Item>>;

/** An item with a row is not removed. */
export function itemOf({ id, price, ...row }: ItemRow): Item {
  const priceCents = parseCents(typeof price === 'string' ? price : price.toFixed(2));
  return { ...row, id: id as ItemId, priceCents, removed: false };
}
