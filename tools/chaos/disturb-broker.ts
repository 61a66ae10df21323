// Kafka dies, stands still, says everything again, or carries what nobody can read.

import { setTimeout as wait } from 'node:timers/promises';
import { topics } from '@oms/contracts';
import type { OutgoingMessage } from '@oms/messaging';
import { readTopics } from '../books/log.ts';
import { kafkaOf } from './ghosts.ts';
import type { Town } from './town.ts';

export async function brokerKilled(town: Town): Promise<void> {
  const kafka = town.stack.part('kafka');
  await kafka.kill('SIGKILL');
  await wait(5_000);
  await kafka.start();
  await wait(3_000);
}

export async function brokerFrozen(town: Town): Promise<void> {
  const kafka = town.stack.part('kafka');
  await kafka.kill('SIGSTOP');
  await wait(45_000);
  await kafka.kill('SIGCONT');
  await wait(3_000);
}

/** Every message a second time, in the order in which it came. */
export async function logReplayed(town: Town): Promise<string> {
  const kafka = kafkaOf(town);
  const again: OutgoingMessage[] = [];
  await readTopics(kafka, Object.keys(topics), ({ topic, key, value, headers }) => {
    if (headers['poison'] === undefined) again.push({ topic, key, value, headers });
  });
  const producer = kafka.createProducer();
  try {
    for (let at = 0; at < again.length; at += 500) await producer.send(again.slice(at, at + 500));
  } finally {
    await producer.close();
    await kafka.admin.close();
  }
  return `${again.length} messages were said again`;
}

/** The ghosts of the round go on meanwhile: it is they who poison. */
export async function poisonBurst(): Promise<void> {
  await wait(12_000);
}
