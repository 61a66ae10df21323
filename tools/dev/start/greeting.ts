// What `npm start` prints when everything is ready: addresses, start times, memory, and first commands.

import { systemAddresses } from '../client/addresses.ts';
import type { ApiCaller } from '../client/client.ts';
import { duration, type StepTime } from '../stack/progress.ts';
import { residentMb } from './resident-memory.ts';
import { databaseServices, services, type Stack } from '../stack/index.ts';
import type { System } from './system.ts';

export function addresses(stack: Stack, system: System): string {
  const rows: [string, string][] = [
    ...services.map((service): [string, string] => [
      service,
      `${system.urls[service]}   (health and metrics: ${system.managementUrls[service]})`,
    ]),
    ['API docs', `${system.urls.gateway}/docs`],
    ['mails', stack.mailPageUrl],
    ['posts', `${stack.postsPageUrl}   (Slack and webhooks)`],
    ['issuer', stack.issuerUrl],
    ['registry', stack.registryUrl],
    ['Kafka', stack.kafkaBrokers.join(',')],
    ['PostgreSQL', databaseServices.map((service) => stack.databaseUrl(service)).join('\n                ')],
  ];
  return rows.map(([name, address]) => `  ${name.padEnd(14)}${address}`).join('\n');
}

/** "PostgreSQL 0.3 s, Kafka 3.1 s, ...": many of them ran at the same time. */
export function timeTable(times: readonly StepTime[], totalMs: number): string {
  const shown = times.filter(({ ms }) => ms >= 100).map(({ title, ms }) => `${title} ${duration(ms)}`);
  return `  time          ${duration(totalMs)} in all; ${shown.join(', ')}`;
}

export function memoryTable(system: System): string {
  const used = services.map((service) => ({ service, mb: residentMb(system.service(service).pid) }));
  const total = used.reduce((sum, { mb }) => sum + mb, 0);
  return `  memory        ${total} MB for ${services.length} services; ${used.map(({ service, mb }) => `${service} ${mb}`).join(', ')}`;
}

/** Lines to paste, with an item that is on the menu. */
export async function firstSteps(customer: ApiCaller, gatewayUrl: string, issuerUrl: string): Promise<string> {
  const reply = await customer.get('/v1/inventory?limit=50');
  const { data } = reply.body as { data: { id: string; itemName: string; quantity: number }[] };
  const dish = data.find(({ quantity }) => quantity > 2) ?? data[0];
  if (!dish) return '';
  // The token command knows the system of `npm start` by itself.
  const issuer = issuerUrl === systemAddresses().issuerUrl ? '' : ` --issuer ${issuerUrl}`;
  const bearer = '-H "Authorization: Bearer $TOKEN"';
  const order = JSON.stringify({
    items: [{ itemId: dish.id, quantity: 2 }],
    deliveryAddress: { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' },
  });
  return [
    `  1. Order two of ${dish.itemName}, as a customer (send it twice: it stays one order):`,
    '',
    `TOKEN=$(npm run -s oms -- token --role customer${issuer})`,
    `curl -i ${gatewayUrl}/v1/orders ${bearer} -H 'Content-Type: application/json' -H 'Idempotency-Key: my-first-order' -d '${order}'`,
    '',
    '  2. Read it back:',
    '',
    `curl ${gatewayUrl}/v1/orders ${bearer}`,
    '',
    '  3. See what it did to the stock and to the figures, as an admin:',
    '',
    `TOKEN=$(npm run -s oms -- token --role admin${issuer})`,
    `curl ${gatewayUrl}/v1/inventory/${dish.id}/movements ${bearer}`,
    `curl ${gatewayUrl}/v1/analytics/summary ${bearer}`,
  ].join('\n');
}
