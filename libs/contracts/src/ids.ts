/** Branded ids: texts at run time, distinct types for the compiler. */

import { randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Id of an order. A UUID; cast with `as` where it enters, after its validation. */
export type OrderId = Branded<'OrderId'>;
/** Id of a customer. A UUID; cast with `as` where it enters, after its validation. */
export type CustomerId = Branded<'CustomerId'>;
/** Id of an item in inventory. A UUID; cast with `as` where it enters, after its validation. */
export type ItemId = Branded<'ItemId'>;
/** Id of a promise of an order, such as its delivery time: a UUID that follows from the order's id and the stage. */
export type PromiseId = Branded<'PromiseId'>;
/** Id of one message. A UUID, new for each message. */
export type EventId = Branded<'EventId'>;

export function newEventId(): EventId {
  return randomUUID() as string as EventId;
}
