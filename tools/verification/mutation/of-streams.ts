// Mutants of event streams: changes that a client misses or gets twice.
import { mutant, type Mutant } from './mutant.ts';

const oneOrder = 'apps/order/src/streams/one-order.ts';
const allOrders = 'apps/order/src/streams/all-orders.ts';
const positions = 'apps/order/src/streams/positions.ts';

const clients = 'unit apps/order/test/stream-clients.test.ts';
const plans = 'unit apps/order/test/event-streams.test.ts';

export const mutantsOfStreams: readonly Mutant[] = [
  mutant(
    'stream-begins-without-a-look',
    'a change between the read of an order and the begin of its stream is never sent',
    [oneOrder, '      changed(order.id);', ''],
    clients,
  ),
  mutant(
    'stream-sends-what-the-client-has',
    'a client gets changes again, because another client of the order has fewer',
    [oneOrder, 'if (version <= stream.version) continue;', ''],
    clients,
  ),
  mutant(
    'catching-up-without-the-present',
    'what is published while a client catches up is never sent to it',
    [allOrders, 'stream.waiting.push(batch);', ''],
    clients,
  ),
  mutant(
    'deleted-changes-are-not-reported',
    'a client whose next change the log has deleted continues as if nothing were missing',
    [positions, "if (from < first) return { reset: 'GONE' };", ''],
    plans,
  ),
];
