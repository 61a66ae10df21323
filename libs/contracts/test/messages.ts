// Messages for the tests: any that the schemas allow, and a codec that needs no registry.
import fc from 'fast-check';
import {
  CENTS_MAX,
  createCodec,
  memorySchemaCache,
  schemaFiles,
  type CachedSchema,
  type Codec,
  type EventType,
  type Message,
} from '../src/index.ts';

const plain = { noNullPrototype: true };
const text = fc.string({ unit: 'binary', maxLength: 40 });
const id = fc.uuid();
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const cents = fc.oneof(fc.integer({ min: -CENTS_MAX, max: CENTS_MAX }), fc.integer({ min: -40_000, max: 40_000 }));
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const status = fc.constantFrom('PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED');
const items = fc.array(
  fc.record({ itemId: id, itemName: text, quantity: int, unitPrice: cents, lineTotal: cents }, plain),
  {
    maxLength: 5,
  },
);
const alert = { itemName: text, quantity: int, threshold: int, unit: text, category: text };
const address = {
  line1: text,
  line2: nullable(text),
  city: text,
  postalCode: text,
  country: text,
  instructions: nullable(text),
};
const reason = fc.constantFrom('RESERVED', 'RELEASED', 'RESTOCKED', 'ADJUSTED', 'CREATED', 'CHANGED', 'DELETED');

const fields: Record<EventType, Record<string, fc.Arbitrary<unknown>>> = {
  ORDER_PLACED: { customerId: id, totalAmount: cents, items, deliveryAddress: fc.record(address, plain) },
  ORDER_STATUS_CHANGED: {
    customerId: id,
    fromStatus: status,
    toStatus: status,
    changedBy: text,
    changedByRole: text,
    reason: nullable(text),
    note: nullable(text),
  },
  LOW_STOCK: alert,
  OUT_OF_STOCK: alert,
  NEW_ORDER: { customerId: id, totalAmount: cents, items },
  ORDER_STATUS_CHANGE: { fromStatus: status, toStatus: status, totalAmount: cents },
  INVENTORY_UPDATE: {
    itemName: text,
    category: text,
    unit: text,
    delta: int,
    quantity: int,
    threshold: int,
    price: cents,
    reason,
    orderId: nullable(id),
  },
};

export const eventTypes = Object.keys(fields) as EventType[];

export function anyMessage(eventType: EventType): fc.Arbitrary<Message> {
  return fc.record(
    {
      eventId: id,
      eventType: fc.constant(eventType),
      occurredAt: fc.date({
        noInvalidDate: true,
        min: new Date('0000-01-01T00:00:00.000Z'),
        max: new Date('9999-12-31T23:59:59.999Z'),
      }),
      aggregateId: id,
      aggregateVersion: fc.integer({ min: 1, max: 2 ** 52 - 1 }),
      ...fields[eventType],
    },
    plain,
  ) as unknown as fc.Arbitrary<Message>;
}

export function oneMessage(eventType: EventType): Message {
  const [message] = fc.sample(anyMessage(eventType), { seed: 7, numRuns: 1 });
  if (message === undefined) throw new Error('fast-check made no message.');
  return message;
}

/** Every newest schema under its place in `schemaFiles()`, counted from 1. */
export const knownSchemas: CachedSchema[] = schemaFiles().map(({ subject, fingerprint, text: schema }, index) => ({
  schemaId: index + 1,
  subject,
  fingerprint,
  schema,
}));

/** Nothing answers at its registry's address, so it must do with what it knows. */
export function codecKnowing(...more: CachedSchema[]): Promise<Codec> {
  return createCodec({
    registryUrl: 'http://127.0.0.1:1',
    cache: memorySchemaCache([...knownSchemas, ...more]),
    publishes: eventTypes,
  });
}
