import { expect, test } from 'vitest';
import { fingerprintOf, schemaFiles, type CachedSchema } from '../src/index.ts';
import { codecKnowing, oneMessage } from './messages.ts';

const order = oneMessage('ORDER_STATUS_CHANGE');
const today = schemaFiles().findLast((file) => file.eventType === order.eventType)?.text ?? '';
const tomorrowId = 1_000;

function foreign(schema: string): CachedSchema {
  return { schemaId: tomorrowId, subject: null, fingerprint: fingerprintOf(schema), schema };
}

test('a field that a newer producer added is skipped', async () => {
  const newer = today.replace('"fields":[', '"fields":[{"name":"channel","type":["null","string"],"default":null},');
  const codec = await codecKnowing(foreign(newer));
  const bytes = codec.encode(order);
  const withChannel = Buffer.concat([bytes.subarray(0, 5), Buffer.from('0206776562', 'hex'), bytes.subarray(5)]);
  withChannel.writeInt32BE(tomorrowId, 1);
  expect(await codec.decode(withChannel)).toStrictEqual(order);
});

test('a status that a newer producer added is refused as unreadable, not taken for another', async () => {
  const newer = today.replace('"CANCELLED"]', '"CANCELLED","LOST"]');
  const codec = await codecKnowing(foreign(newer));
  const bytes = codec.encode(order);
  bytes.writeInt32BE(tomorrowId, 1);
  await expect(codec.decode(bytes)).rejects.toMatchObject({ code: 'UNREADABLE' });
});

test('a record that this build has no schema of is an unknown event', async () => {
  const codec = await codecKnowing(
    foreign('{"type":"record","name":"OrderEaten","namespace":"oms.order_events","fields":[]}'),
  );
  await expect(codec.decode(Buffer.from([0, 0, 0, 3, 0xe8]))).rejects.toMatchObject({ code: 'UNKNOWN_EVENT' });
});

test('a record written without a field that has no default is unreadable', async () => {
  const codec = await codecKnowing(
    foreign('{"type":"record","name":"OrderStatusChange","namespace":"oms.analytics_events","fields":[]}'),
  );
  await expect(codec.decode(Buffer.from([0, 0, 0, 3, 0xe8]))).rejects.toMatchObject({ code: 'UNREADABLE' });
});

test('money with another scale is unreadable, not a hundred times as much', async () => {
  const codec = await codecKnowing(foreign(today.replaceAll('"scale":2', '"scale":4')));
  const bytes = codec.encode(order);
  bytes.writeInt32BE(tomorrowId, 1);
  await expect(codec.decode(bytes)).rejects.toMatchObject({ code: 'UNREADABLE' });
});
