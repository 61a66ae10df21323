// The only file that knows the Kafka client library.

import type { Logger } from 'pino';
import type { Kafka } from './broker.ts';

export function createKafka(o: { clientId: string; brokers: string[]; logger: Logger }): Kafka {
  throw new Error(`not landed yet: ${o.clientId}`);
}
