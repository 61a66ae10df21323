// The steps of a batch: the effect is committed before the offset, and no message is skipped that is neither applied nor a dead letter.

import { ContractError } from '@oms/contracts';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runBatch, type BatchRunnerOptions } from '../src/consumer/batch-runner.ts';
import type { ReceivedBatch } from '../src/kafka/client.ts';
import { createConsumerMetrics } from '../src/metrics.ts';
import { life, newOrderId } from './messages.ts';
import { createFixture, logger, recordEffects, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.end());

test('when an offset is committed, the effects of all messages up to it are there', async () => {
  const orderId = newOrderId();
  const seen: [offset: bigint, effects: number][] = [];
  const batch = batchOf(orderId, 3, async (next) => {
    seen.push([next - 1n, (await fixture.effects(orderId)).length]);
  });
  await runBatch(runner({ apply: recordEffects('order of a batch') }), batch);
  expect(seen).toEqual([[2n, 3]]);
});

test('of a message that fails for now no offset is committed before it has been applied', async () => {
  const orderId = newOrderId();
  const committed: bigint[] = [];
  let failures = 2;
  const batch = batchOf(orderId, 1, (next) => Promise.resolve(void committed.push(next - 1n)));
  await runBatch(
    runner({
      apply: async (client, messages) => {
        expect(committed).toEqual([]);
        if ((failures -= 1) >= 0) throw Object.assign(new Error('not now'), { transient: true });
        return recordEffects('later')(client, messages);
      },
    }),
    batch,
  );
  expect([committed, await fixture.effects(orderId)]).toEqual([[0n], [1]]);
});

test('a dead letter that Kafka does not take is tried again, and no offset is committed before it is taken', async () => {
  const committed: bigint[] = [];
  let refusals = 2;
  const batch = batchOf(newOrderId(), 1, (next) => Promise.resolve(void committed.push(next - 1n)));
  const codec = {
    ...fixture.codec,
    decode: () => Promise.reject(new ContractError('UNREADABLE', 'no contract reads it')),
  };
  const producer = {
    send() {
      expect(committed).toEqual([]);
      return (refusals -= 1) >= 0 ? Promise.reject(new Error('no broker')) : Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  await runBatch(runner({ codec, producer }), batch);
  expect([committed, refusals]).toEqual([[0n], -1]);
});

function runner(options: Partial<BatchRunnerOptions>): BatchRunnerOptions {
  return {
    pool: fixture.pool,
    codec: fixture.codec,
    group: `batch-${newOrderId()}`,
    ordering: 'strict',
    limit: (work) => work(),
    apply: () => Promise.resolve(),
    producer: { send: () => Promise.resolve(), close: () => Promise.resolve() },
    logger,
    enqueue() {},
    onMoreReady() {},
    onAlive() {},
    onProgress() {},
    metrics: createConsumerMetrics(new Registry()),
    ...options,
  };
}

/** As Kafka would bring them: so many messages of one order, from offset 0. */
function batchOf(
  orderId: ReturnType<typeof newOrderId>,
  count: number,
  commit: (next: bigint) => Promise<void>,
): ReceivedBatch {
  const [topic, partition] = ['order-events', 0];
  const messages = life(count, orderId).map((message, at) => ({
    topic,
    partition,
    offset: BigInt(at),
    key: Buffer.from(orderId),
    headers: {},
    value: fixture.codec.encode(message),
  }));
  return {
    topic,
    partition,
    messages,
    end: BigInt(count),
    commit,
    heartbeat: () => Promise.resolve(),
    isRunning: () => true,
  };
}
