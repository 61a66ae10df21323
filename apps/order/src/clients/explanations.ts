/** Asks each service that reads the messages of orders what it knows of one order. One that does not answer in time is silent, with the reason. */

import type { OrderId } from '@oms/contracts';
import { Refusal, UnreachableError, type HttpClient, type ServiceExplanation } from '@oms/service-kit';
import { serviceNames, type ServiceEvidence, type ServiceName } from '../domain/evidence.ts';

export type AskServices = (orderId: OrderId, eventIds: readonly string[]) => Promise<ServiceEvidence[]>;

/** Each client has the time limit of one answer; null for a service whose address is not set. */
export type ServiceClients = Readonly<Record<ServiceName, HttpClient | null>>;

export function createAskServices(clients: ServiceClients): AskServices {
  return (orderId, eventIds) => Promise.all(serviceNames.map((service) => ask(service, orderId, eventIds)));

  async function ask(service: ServiceName, orderId: OrderId, eventIds: readonly string[]): Promise<ServiceEvidence> {
    const http = clients[service];
    if (http === null) return { service, silent: `${service.toUpperCase()}_URL of the order service is not set` };
    try {
      const path = `/internal/orders/${orderId}/explanation`;
      return { service, ...(await http.post<ServiceExplanation>(path, { eventIds })) };
    } catch (error) {
      if (error instanceof UnreachableError || error instanceof Refusal) return { service, silent: error.message };
      throw error;
    }
  }
}
