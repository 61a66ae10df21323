// Generated from schemas/. Do not edit: run `npm run oms -- schemas generate`.
import type { CustomerId, EventId, ItemId, OrderId, PromiseId } from '../ids.ts';
import type { Cents } from '../money.ts';

/** What changed the item. */
export type InventoryUpdateReason = 'RESERVED' | 'RELEASED' | 'RESTOCKED' | 'ADJUSTED' | 'CREATED' | 'CHANGED' | 'DELETED';

/** Stock or particulars of an item changed. */
export type InventoryUpdate = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event in the specification. */
  readonly eventType: 'INVENTORY_UPDATE';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the item; also the Kafka key. */
  readonly aggregateId: ItemId;
  /** Version of the item at this change: it starts at 1, and each change adds 1. */
  readonly aggregateVersion: number;
  /** Name of the item. */
  readonly itemName: string;
  /** Category of the item. */
  readonly category: string;
  /** What one unit is, such as "piece" or "kg". */
  readonly unit: string;
  /** Units added, or taken when negative; 0 when only particulars changed. */
  readonly delta: number;
  /** Units in stock after the change. */
  readonly quantity: number;
  /** Below this quantity stock counts as low. */
  readonly threshold: number;
  /** Price of one unit. */
  readonly price: Cents;
  /** What changed the item. */
  readonly reason: InventoryUpdateReason;
  /** The order that took or gave back the stock, or whose stock was written off, if one did. */
  readonly orderId: OrderId | null;
  /** Promised units that are not on the shelf, after the change; null counts as 0. */
  readonly short: number | null;
  /** By how much short changed; units that come in or back fill it first. A count has the reason ADJUSTED. Null counts as 0. */
  readonly shortDelta: number | null;
  /** Units of a cancelled order that do not come back. Delta is 0 and the reason ADJUSTED then. Null counts as 0. */
  readonly writtenOff: number | null;
  /** Until when the item cannot be ordered, because staff have switched it off; the year 9999 when that is not known. Null: it can be ordered. */
  readonly unavailableUntil: Date | null;
};

/** One line of the order, with the price it was placed at. */
export type NewOrderItem = {
  /** Id of the item in inventory. */
  readonly itemId: ItemId;
  /** Name of the item when the order was placed. */
  readonly itemName: string;
  /** Units ordered, at least 1. */
  readonly quantity: number;
  /** Price of one unit. */
  readonly unitPrice: Cents;
  /** quantity times unitPrice. */
  readonly lineTotal: Cents;
};

/** An order was accepted, told for the figures: no address. */
export type NewOrder = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event in the specification. */
  readonly eventType: 'NEW_ORDER';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the order; also the Kafka key. */
  readonly aggregateId: OrderId;
  /** Version of the order at this change: it starts at 1, and each change adds 1. */
  readonly aggregateVersion: number;
  /** Who placed the order. */
  readonly customerId: CustomerId;
  /** Sum of the line totals. */
  readonly totalAmount: Cents;
  /** What was ordered; an item appears once. */
  readonly items: readonly NewOrderItem[];
  /** When the customer wants it, if the order was scheduled; null: as soon as possible. */
  readonly deliverAt: Date | null;
};

/** What happened. A reader takes a milestone that it does not know for UNKNOWN. */
export type OrderMilestoneMilestone = 'UNKNOWN' | 'READY' | 'DUE';

/** An order changed without a new status: the kitchen has finished it (READY), or begins with a scheduled one (DUE). */
export type OrderMilestone = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event. */
  readonly eventType: 'ORDER_MILESTONE';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the order; also the Kafka key. */
  readonly aggregateId: OrderId;
  /** Version of the order at this change: it starts at 1, and each change adds 1. */
  readonly aggregateVersion: number;
  /** READY: the kitchen has finished it. DUE: the kitchen begins with a scheduled order. */
  readonly milestone: OrderMilestoneMilestone;
};

/** Where an order stands. */
export type OrderStatus = 'PENDING' | 'PREPARING' | 'OUT_FOR_DELIVERY' | 'DELIVERED' | 'CANCELLED';

/** An order moved from one status to another, told for the figures. */
export type OrderStatusChange = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event in the specification. */
  readonly eventType: 'ORDER_STATUS_CHANGE';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the order; also the Kafka key. */
  readonly aggregateId: OrderId;
  /** Version of the order at this change: it starts at 1, and each change adds 1. */
  readonly aggregateVersion: number;
  /** Status before the change. */
  readonly fromStatus: OrderStatus;
  /** Status after the change. */
  readonly toStatus: OrderStatus;
  /** Total of the order, which no change of status alters. */
  readonly totalAmount: Cents;
  /** Why, when the change needs a reason, such as a cancellation. */
  readonly reason: string | null;
};

/** Stock of an item fell below its threshold; told once per crossing. */
export type LowStock = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event in the specification. */
  readonly eventType: 'LOW_STOCK';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the item; also the Kafka key. */
  readonly aggregateId: ItemId;
  /** Version of the item at this change: it starts at 1, and each change adds 1. */
  readonly aggregateVersion: number;
  /** Name of the item. */
  readonly itemName: string;
  /** Units in stock after the change. */
  readonly quantity: number;
  /** Below this quantity stock counts as low. */
  readonly threshold: number;
  /** What one unit is, such as "piece" or "kg". */
  readonly unit: string;
  /** Category of the item. */
  readonly category: string;
};

/** Stock of an item reached zero; told once per crossing. */
export type OutOfStock = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event in the specification. */
  readonly eventType: 'OUT_OF_STOCK';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the item; also the Kafka key. */
  readonly aggregateId: ItemId;
  /** Version of the item at this change: it starts at 1, and each change adds 1. */
  readonly aggregateVersion: number;
  /** Name of the item. */
  readonly itemName: string;
  /** Units in stock after the change. */
  readonly quantity: number;
  /** Below this quantity stock counts as low. */
  readonly threshold: number;
  /** What one unit is, such as "piece" or "kg". */
  readonly unit: string;
  /** Category of the item. */
  readonly category: string;
};

/** One line of the order, with the price it was placed at. */
export type OrderDueItem = {
  /** Id of the item in inventory. */
  readonly itemId: ItemId;
  /** Name of the item when the order was placed. */
  readonly itemName: string;
  /** Units ordered, at least 1. */
  readonly quantity: number;
  /** Price of one unit. */
  readonly unitPrice: Cents;
  /** quantity times unitPrice. */
  readonly lineTotal: Cents;
  /** What the kitchen should know of this line, such as no onions. */
  readonly note: string | null;
};

/** Where the order goes. Personal data: never logged. */
export type OrderDueAddress = {
  /** Street and number. */
  readonly line1: string;
  /** Flat, floor or company. */
  readonly line2: string | null;
  /** Town or city. */
  readonly city: string;
  /** Postal code as the country writes it. */
  readonly postalCode: string;
  /** Country. */
  readonly country: string;
  /** What the courier should know. */
  readonly instructions: string | null;
};

/** The kitchen begins with a scheduled order now. It has all that a kitchen ticket needs. */
export type OrderDue = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event. */
  readonly eventType: 'ORDER_DUE';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the order; also the Kafka key. */
  readonly aggregateId: OrderId;
  /** Version of the order at this change: it starts at 1, and each change adds 1. */
  readonly aggregateVersion: number;
  /** Who placed the order. */
  readonly customerId: CustomerId;
  /** Sum of the line totals. */
  readonly totalAmount: Cents;
  /** What was ordered; an item appears once. */
  readonly items: readonly OrderDueItem[];
  /** Where the order goes. */
  readonly deliveryAddress: OrderDueAddress;
  /** When the customer wants it delivered. */
  readonly deliverAt: Date;
  /** When it was promised to be delivered by, if a time was promised. */
  readonly promisedDeliveryAt: Date | null;
  /** It is cancelled if the kitchen has not accepted it by then; null: it may wait. */
  readonly acceptBy: Date | null;
};

/** What is late. A reader takes a stage that it does not know for UNKNOWN. */
export type OrderLateStage = 'UNKNOWN' | 'PREPARING' | 'DELIVERY';

/** A promise of an order was not kept in time. The order does not change by it, so the promise is an aggregate of its own. */
export type OrderLate = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event. */
  readonly eventType: 'ORDER_LATE';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the promise, which follows from the order and the stage; also the Kafka key. */
  readonly aggregateId: PromiseId;
  /** Always 1: a promise is broken once. */
  readonly aggregateVersion: number;
  /** The order. */
  readonly orderId: OrderId;
  /** Who placed the order. */
  readonly customerId: CustomerId;
  /** PREPARING: the kitchen has not finished it in time. DELIVERY: it has not been delivered in time. */
  readonly stage: OrderLateStage;
  /** When it should have been done. */
  readonly promisedAt: Date;
};

/** One line of the order, with the price it was placed at. */
export type OrderPlacedItem = {
  /** Id of the item in inventory. */
  readonly itemId: ItemId;
  /** Name of the item when the order was placed. */
  readonly itemName: string;
  /** Units ordered, at least 1. */
  readonly quantity: number;
  /** Price of one unit. */
  readonly unitPrice: Cents;
  /** quantity times unitPrice. */
  readonly lineTotal: Cents;
  /** What the kitchen should know of this line, such as no onions. */
  readonly note: string | null;
};

/** Where the order goes. Personal data: never logged. */
export type DeliveryAddress = {
  /** Street and number. */
  readonly line1: string;
  /** Flat, floor or company. */
  readonly line2: string | null;
  /** Town or city. */
  readonly city: string;
  /** Postal code as the country writes it. */
  readonly postalCode: string;
  /** Country. */
  readonly country: string;
  /** What the courier should know. */
  readonly instructions: string | null;
};

/** An order was accepted: its stock is reserved and its prices are fixed. */
export type OrderPlaced = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event in the specification. */
  readonly eventType: 'ORDER_PLACED';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the order; also the Kafka key. */
  readonly aggregateId: OrderId;
  /** Version of the order at this change: it starts at 1, and each change adds 1. */
  readonly aggregateVersion: number;
  /** Who placed the order. */
  readonly customerId: CustomerId;
  /** Sum of the line totals. */
  readonly totalAmount: Cents;
  /** What was ordered; an item appears once. */
  readonly items: readonly OrderPlacedItem[];
  /** Where the order goes. */
  readonly deliveryAddress: DeliveryAddress;
  /** When it was promised to be delivered by, if a time was promised. */
  readonly promisedDeliveryAt: Date | null;
  /** Id of the caller who placed it: the customer, or staff for a customer on the phone. Null in older messages. */
  readonly placedBy: string | null;
  /** Role they acted in: customer, staff or admin. */
  readonly placedByRole: string | null;
  /** When the customer wants it, if the order was scheduled; null: as soon as possible. */
  readonly deliverAt: Date | null;
  /** When the kitchen sees a scheduled order; null: at once. */
  readonly dueAt: Date | null;
  /** When it is cancelled unless the kitchen has accepted it before; null: never. */
  readonly acceptBy: Date | null;
};

/** The kitchen has finished an order: the courier can take it. Its status stays PREPARING. */
export type OrderReady = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event. */
  readonly eventType: 'ORDER_READY';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the order; also the Kafka key. */
  readonly aggregateId: OrderId;
  /** Version of the order at this change: it starts at 1, and each change adds 1. */
  readonly aggregateVersion: number;
  /** Who placed the order. */
  readonly customerId: CustomerId;
  /** Who said so: the id of a caller. */
  readonly changedBy: string;
  /** Role they acted in: staff or admin. */
  readonly changedByRole: string;
};

/** An order moved from one status to another. */
export type OrderStatusChanged = {
  /** Identifies this message for ever; a consumer applies an eventId once. */
  readonly eventId: EventId;
  /** The name of the event in the specification. */
  readonly eventType: 'ORDER_STATUS_CHANGED';
  /** When it happened, in UTC, to the millisecond. */
  readonly occurredAt: Date;
  /** Id of the order; also the Kafka key. */
  readonly aggregateId: OrderId;
  /** Version of the order at this change: it starts at 1, and each change adds 1. */
  readonly aggregateVersion: number;
  /** Who placed the order. */
  readonly customerId: CustomerId;
  /** Status before the change. */
  readonly fromStatus: OrderStatus;
  /** Status after the change. */
  readonly toStatus: OrderStatus;
  /** Who changed it: the id of a caller, or the name of a service. */
  readonly changedBy: string;
  /** Role they acted in: customer, staff, admin or service. */
  readonly changedByRole: string;
  /** Why, when the change needs a reason, such as a cancellation. */
  readonly reason: string | null;
  /** What they wrote beside the reason. */
  readonly note: string | null;
  /** Of a cancellation: true if its stock can be sold again, false if it is written off. Null means true. */
  readonly restock: boolean | null;
  /** Of a cancellation: the items that are out, whose stock becomes 0. Null: none. */
  readonly soldOutItemIds: readonly ItemId[] | null;
};

/** InventoryUpdate as it is written: a field that may be left out is then null. */
export type OutgoingInventoryUpdate = Omit<InventoryUpdate, 'short' | 'shortDelta' | 'writtenOff' | 'unavailableUntil'> & {
  readonly short?: number | null;
  readonly shortDelta?: number | null;
  readonly writtenOff?: number | null;
  readonly unavailableUntil?: Date | null;
};

/** NewOrder as it is written: a field that may be left out is then null. */
export type OutgoingNewOrder = Omit<NewOrder, 'deliverAt'> & {
  readonly deliverAt?: Date | null;
};

/** OrderStatusChange as it is written: a field that may be left out is then null. */
export type OutgoingOrderStatusChange = Omit<OrderStatusChange, 'reason'> & {
  readonly reason?: string | null;
};

/** OrderPlacedItem as it is written: a field that may be left out is then null. */
export type OutgoingOrderPlacedItem = Omit<OrderPlacedItem, 'note'> & {
  readonly note?: string | null;
};

/** OrderPlaced as it is written: a field that may be left out is then null. */
export type OutgoingOrderPlaced = Omit<OrderPlaced, 'items' | 'promisedDeliveryAt' | 'placedBy' | 'placedByRole' | 'deliverAt' | 'dueAt' | 'acceptBy'> & {
  readonly items: readonly OutgoingOrderPlacedItem[];
  readonly promisedDeliveryAt?: Date | null;
  readonly placedBy?: string | null;
  readonly placedByRole?: string | null;
  readonly deliverAt?: Date | null;
  readonly dueAt?: Date | null;
  readonly acceptBy?: Date | null;
};

/** OrderStatusChanged as it is written: a field that may be left out is then null. */
export type OutgoingOrderStatusChanged = Omit<OrderStatusChanged, 'restock' | 'soldOutItemIds'> & {
  readonly restock?: boolean | null;
  readonly soldOutItemIds?: readonly ItemId[] | null;
};

/** A message as it is read from Kafka, distinguished by `eventType`. */
export type Message =
  | InventoryUpdate
  | NewOrder
  | OrderMilestone
  | OrderStatusChange
  | LowStock
  | OutOfStock
  | OrderDue
  | OrderLate
  | OrderPlaced
  | OrderReady
  | OrderStatusChanged;

/** A message to be written. A nullable field that the event's first version lacks may be left out: it is then null. */
export type OutgoingMessage =
  | OutgoingInventoryUpdate
  | OutgoingNewOrder
  | OrderMilestone
  | OutgoingOrderStatusChange
  | LowStock
  | OutOfStock
  | OrderDue
  | OrderLate
  | OutgoingOrderPlaced
  | OrderReady
  | OutgoingOrderStatusChanged;

/** The specification's names of the events. */
export type EventType = Message['eventType'];

/** The message of one event, or of several. */
export type MessageOf<T extends EventType> = Extract<Message, { eventType: T }>;
