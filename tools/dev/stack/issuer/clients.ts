// The services' own clients at the development issuer: who they are when they call each other.

import { services } from '../stack.ts';
import type { IssuerClient } from './issuer.ts';

/** Known on purpose, like the databases' passwords: the issuer is reached from the loopback address only. */
export function serviceClient(service: string): { id: string; secret: string } {
  return { id: service, secret: `${service}-development-secret` };
}

export function developmentClients(): IssuerClient[] {
  return services.map((service) => ({ ...serviceClient(service), audience: 'oms' }));
}
