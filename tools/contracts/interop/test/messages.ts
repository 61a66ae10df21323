// One example message of each event, and one with every length of an encoded amount.
import { randomUUID } from 'node:crypto';
import { CENTS_MAX, schemaFiles, type ItemId, type Message, type MessageOf } from '@oms/contracts';
import { avroTypeOf } from '@oms/contracts/avro-type';
import { readFixtures, type Fixture } from '../../schemas/fixtures.ts';

/** Where the bytes of an amount become more: 127 takes one, 128 two. */
const amounts = [0, 1, -1, 127, 128, -128, -129, 32_767, 32_768, 8_388_608, 2_147_483_648, CENTS_MAX, -CENTS_MAX];

/** Each about an aggregate of its own. */
export function messagesToSay(): Message[] {
  const examples = new Map(readFixtures().map((fixture) => [fixture.message['eventType'], messageOf(fixture)]));
  return [...examples.values(), withAmounts(examples.get('ORDER_PLACED') as MessageOf<'ORDER_PLACED'>)].map(
    (message) => ({ ...message, eventId: randomUUID(), aggregateId: randomUUID(), aggregateVersion: 1 }) as Message,
  );
}

/** From its bytes, which have every field of the version. */
function messageOf({ schema, body }: Fixture): Message {
  const file = schemaFiles().find(({ topic, event, version }) => `${topic}/${event}.v${version}` === schema);
  return avroTypeOf(file!.text).fromBuffer(Buffer.from(body, 'base64')) as Message;
}

function withAmounts(placed: MessageOf<'ORDER_PLACED'>): Message {
  const [item] = placed.items;
  if (!item) throw new Error('The example of ORDER_PLACED has no item.');
  const items = amounts.map((cents, index) => ({
    ...item,
    itemId: randomUUID() as string as ItemId,
    itemName: `Dish ${index} — naïve 🍜`,
    quantity: 1,
    unitPrice: cents,
    lineTotal: cents,
  }));
  return { ...placed, totalAmount: CENTS_MAX, items };
}
