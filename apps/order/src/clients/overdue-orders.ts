/** Asks each service that reads the messages of orders which orders wait there for too long. One that does not answer is left out. */

import { Refusal, UnreachableError, type OverdueOrders } from '@oms/service-kit';
import { readers, serviceNames, type ServiceName } from '../domain/evidence.ts';
import type { StuckOrder } from '../domain/stuck.ts';
import type { ServiceClients } from './explanations.ts';

export type ExpectedMessage = { orderId: string; topic: string; eventId: string; at: Date };
export type AskOverdue = (expected: readonly ExpectedMessage[], before: Date) => Promise<OverdueAnswers>;
export type OverdueAnswers = { found: StuckOrder[]; answered: ServiceName[] };

export function createAskOverdue(clients: ServiceClients): AskOverdue {
  return async (expected, before) => {
    const answers = await Promise.all(serviceNames.map((service) => ask(service, expected, before)));
    return {
      found: answers.flatMap((found) => found ?? []),
      answered: serviceNames.filter((_, at) => answers[at] !== null),
    };
  };

  async function ask(
    service: ServiceName,
    expected: readonly ExpectedMessage[],
    before: Date,
  ): Promise<StuckOrder[] | null> {
    const http = clients[service];
    if (http === null) return null;
    const topics: readonly string[] = readers[service].topics;
    const byId = new Map(expected.flatMap((each) => (topics.includes(each.topic) ? [[each.eventId, each]] : [])));
    try {
      const body = { eventIds: [...byId.keys()], before: before.toISOString() };
      const { unapplied, orders } = await http.post<OverdueOrders>('/internal/orders/overdue', body);
      return [
        ...orders.map(({ orderId, cause, since }) => ({ orderId, cause, source: service, since: new Date(since) })),
        ...unapplied.flatMap((eventId) => {
          const message = byId.get(eventId);
          return message
            ? [{ orderId: message.orderId, cause: 'MESSAGE' as const, source: service, since: message.at }]
            : [];
        }),
      ];
    } catch (error) {
      if (error instanceof UnreachableError || error instanceof Refusal) return null;
      throw error;
    }
  }
}
