// The clients of the services at the development issuer, for calls between services.

import { services } from '../stack.ts';
import type { IssuerClient } from './issuer.ts';

/** Known on purpose, like the databases' passwords: the issuer is reached from the loopback address only. */
export function serviceClient(service: string): { id: string; secret: string } {
  return { id: service, secret: `${service}-development-secret` };
}

export function developmentClients(): IssuerClient[] {
  return services.map((service) => ({ ...serviceClient(service), audience: 'oms' }));
}
