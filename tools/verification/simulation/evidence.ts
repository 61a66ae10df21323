// What a run is checked on: the real databases, what the simulated broker keeps, and what clients and providers have seen.

import type { Codec } from '@oms/contracts';
import type { Evidence, MessageLog } from '../invariants/evidence.ts';
import type { Broker } from './broker/broker.ts';
import type { Clients } from './clients/clients.ts';
import type { System } from './services/system.ts';

export function evidenceOf({ databases, broker, providers }: System, { replies }: Clients, codec: Codec): Evidence {
  return {
    databases: {
      order: databases.get('order')!.control,
      inventory: databases.get('inventory')!.control,
      analytics: databases.get('analytics')!.control,
      notification: databases.get('notification')!.control,
    },
    messages: logOf(broker),
    decode: (value) => codec.decode(value),
    accepted: new Set(replies.orders.keys()),
    replies: replies.orders,
    stockKeys: new Set(replies.stock.keys()),
    provided: { byId: providers.accepted },
  };
}

function logOf(broker: Broker): MessageLog {
  return {
    async read(topics, onMessage) {
      for (const topic of topics)
        for (const messages of broker.partitionsOf(topic)) for (const message of messages) await onMessage(message);
    },
    lagOf: (group, topics) => Promise.resolve(topics.reduce((sum, topic) => sum + lag(broker, group, topic), 0n)),
  };
}

function lag(broker: Broker, group: string, topic: string): bigint {
  return broker.partitionsOf(topic).reduce((sum, messages, partition) => {
    const committed = broker.group(group).committed({ topic, partition });
    return sum + BigInt(messages.length) - (committed > 0n ? committed : 0n);
  }, 0n);
}
