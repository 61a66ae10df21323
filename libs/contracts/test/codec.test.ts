import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MESSAGE_BYTES_MAX,
  createCodec,
  memorySchemaCache,
  subjectOf,
  type Message,
  type OrderPlaced,
} from '../src/index.ts';
import { anyMessage, codecKnowing, eventTypes, knownSchemas, oneMessage } from './messages.ts';

const codec = await codecKnowing();
const placed = oneMessage('ORDER_PLACED') as OrderPlaced;
const idOf = (message: Message) =>
  knownSchemas.findLast((row) => row.subject === subjectOf(message.eventType))?.schemaId ?? 0;

describe.each(eventTypes)('%s', (eventType) => {
  test('reads back as it was written, in plain objects', async () => {
    await fc.assert(
      fc.asyncProperty(anyMessage(eventType), async (message) => {
        expect(await codec.decode(codec.encode(message))).toStrictEqual(message);
      }),
    );
  });

  test('cut anywhere, it is truncated', async () => {
    const bytes = codec.encode(oneMessage(eventType));
    for (let length = 0; length < bytes.length; length += 1) {
      await expect(codec.decode(bytes.subarray(0, length))).rejects.toMatchObject({
        name: 'ContractError',
        code: 'TRUNCATED',
      });
    }
  });

  test('with any byte changed, it is a message or a refusal, never another error', async () => {
    const bytes = codec.encode(oneMessage(eventType));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 6), fc.nat(255), async (at, value) => {
        const changed = Buffer.from(bytes);
        changed[at + 5] = value;
        const outcome = await codec.decode(changed).then(
          (message) => message.eventType,
          (error: Error) => error.name,
        );
        expect([eventType, 'ContractError']).toContain(outcome);
      }),
      { numRuns: 1_000 },
    );
  });
});

test('a nullable field that the first version lacks may be left out by a writer, and is read as null', async () => {
  const { promisedDeliveryAt, ...complete } = { ...placed, promisedDeliveryAt: null };
  expect(await codec.decode(codec.encode(complete))).toStrictEqual({ ...complete, promisedDeliveryAt });
});

test('a message is in the wire format of Confluent', () => {
  const bytes = codec.encode(placed);
  expect(bytes[0]).toBe(0);
  expect(bytes.readInt32BE(1)).toBe(idOf(placed));
});

test('a message keeps its bytes when others are encoded after it', () => {
  const first = codec.encode(placed);
  const copy = Buffer.from(first);
  for (const eventType of eventTypes) codec.encode(oneMessage(eventType));
  expect(first).toEqual(copy);
});

test('bytes after the end are refused', async () => {
  const bytes = Buffer.concat([codec.encode(placed), Buffer.from([0])]);
  await expect(codec.decode(bytes)).rejects.toMatchObject({ code: 'TRAILING_BYTES' });
});

test('another first byte than 0 is refused', async () => {
  await expect(codec.decode(Buffer.from('{"eventType":"ORDER_PLACED"}'))).rejects.toMatchObject({ code: 'BAD_MAGIC' });
});

test('an array that announces more items than there are bytes is refused at once', async () => {
  const empty = codec.encode({
    ...placed,
    items: [],
    deliveryAddress: { line1: '', line2: null, city: '', postalCode: '', country: '', instructions: null },
  });
  const items = empty.length - 7; // its count, before the address's six bytes
  for (const count of ['ffffffffffffffff01', 'feffffff0f', 'ffffffff0f', '80808080808080808001']) {
    const bytes = Buffer.concat([empty.subarray(0, items), Buffer.from(count, 'hex'), empty.subarray(items + 1)]);
    const startedAt = performance.now();
    await expect(codec.decode(bytes)).rejects.toMatchObject({ name: 'ContractError' });
    expect(performance.now() - startedAt).toBeLessThan(50);
  }
});

test('a text that announces more bytes than there are is truncated', async () => {
  const bytes = codec.encode(placed);
  bytes[5] = 0xfe; // the length of eventId, now two bytes long
  bytes[6] = 0x7f;
  await expect(codec.decode(bytes)).rejects.toMatchObject({ code: 'TRUNCATED' });
});

test('a message larger than 1 MiB is neither written nor read', async () => {
  const large = { ...oneMessage('LOW_STOCK'), itemName: 'x'.repeat(MESSAGE_BYTES_MAX) } as Message;
  expect(() => codec.encode(large)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  await expect(codec.decode(Buffer.alloc(MESSAGE_BYTES_MAX + 1))).rejects.toMatchObject({ code: 'TOO_LARGE' });
});

test('a message of nearly 1 MiB is written and read', async () => {
  const large = { ...oneMessage('LOW_STOCK'), itemName: 'x'.repeat(MESSAGE_BYTES_MAX - 1_000) } as Message;
  expect(await codec.decode(codec.encode(large))).toStrictEqual(large);
});

test('a field that the schema does not hold is named, and texts are not quoted', () => {
  const wrong = {
    ...placed,
    totalAmount: 12.5,
    aggregateId: 'order 1',
    deliveryAddress: { ...placed.deliveryAddress, city: ['Secret Street'] },
  } as unknown as Message;
  const refusal = {
    code: 'UNREADABLE',
    message:
      'Cannot encode ORDER_PLACED: aggregateId is a text of 7, not uuid; totalAmount is 12.5, not decimal; deliveryAddress.city is an array, not string.',
  };
  expect(() => codec.encode(wrong)).toThrow(expect.objectContaining(refusal));
});

test.each(['-000001-12-31T23:59:59.999Z', '+010000-01-01T00:00:00.000Z', 'never'])(
  'the time %s is refused: RFC 3339 cannot tell it',
  (time) => {
    expect(() => codec.encode({ ...placed, occurredAt: new Date(time) })).toThrow(
      expect.objectContaining({ code: 'UNREADABLE' }),
    );
  },
);

test('an event that is not published is not encoded', async () => {
  const reader = await createCodec({
    registryUrl: 'http://127.0.0.1:1',
    cache: memorySchemaCache(knownSchemas),
    publishes: ['LOW_STOCK'],
  });
  expect(() => reader.encode(placed)).toThrow(expect.objectContaining({ code: 'UNKNOWN_EVENT' }));
});

test('an unknown schema is not refused for good while the registry is away', async () => {
  const bytes = codec.encode(placed);
  bytes.writeInt32BE(4_711, 1);
  await expect(codec.decode(bytes)).rejects.toMatchObject({ name: 'RegistryUnavailableError' });
});

test.each([-1, 0, -(2 ** 31)])(
  'the schema id %d, which no registry gives, is unknown without a look-up',
  async (id) => {
    const bytes = codec.encode(placed);
    bytes.writeInt32BE(id, 1);
    await expect(codec.decode(bytes)).rejects.toMatchObject({ code: 'UNKNOWN_SCHEMA' });
  },
);

test('a field of another schema that nobody reads is skipped, though this build could not write it', async () => {
  const known = knownSchemas.findLast(({ subject }) => subject === subjectOf('ORDER_STATUS_CHANGE'));
  const text = (known?.schema ?? '').replace(
    '"fields":[',
    '"fields":[{"name":"weight","type":["null","int",{"type":"bytes","logicalType":"decimal","precision":18,"scale":4},"long"],"default":7},',
  );
  const foreign = await codecKnowing({ schemaId: 1_000, subject: null, fingerprint: '', schema: text });
  const message = oneMessage('ORDER_STATUS_CHANGE');
  const bytes = codec.encode(message);
  const weight = Buffer.from('06ffffffffffffffffff01', 'hex'); // the smallest long
  const written = Buffer.concat([bytes.subarray(0, 5), weight, bytes.subarray(5)]);
  written.writeInt32BE(1_000, 1);
  expect(await foreign.decode(written)).toStrictEqual(message);
});
