// A gateway with a fake issuer and fake services, all listening on loopback.
import { request as startRequest, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLogger } from '@oms/service-kit';
import { createGateway } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { addressSettingOf, managementSettingOf, servicesBehind, type ServiceBehind } from '../src/http/routes.ts';
import { startIssuer, startService } from './fake-services.ts';

export type Reply = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  json: Json;
};
/** For tests that know the structure of the reply. */
export type Json = { readonly [field: string]: Json };
type Request = { method?: string; path: string; headers?: OutgoingHttpHeaders; body?: string | Buffer };

export async function startGateway(env: Record<string, string> = {}) {
  const issuer = await startIssuer();
  const opened = await Promise.all(
    servicesBehind.map(async (service) => [service, await startService(service)] as const),
  );
  const services = Object.fromEntries(opened) as Record<ServiceBehind, Awaited<ReturnType<typeof startService>>>;
  const config = readConfig({
    PORT: '0',
    ISSUER_URL: issuer.url,
    ...Object.fromEntries(
      opened.flatMap(([service, { url }]) => [
        [addressSettingOf(service), url],
        [managementSettingOf(service), url],
      ]),
    ),
    ...env,
  });
  const gateway = await createGateway(config, createLogger({ name: 'gateway', level: 'silent' }));
  const url = await gateway.start();
  const managementUrl = `http://127.0.0.1:${(gateway.http.management.server.address() as AddressInfo).port}`;
  return {
    url,
    issuer,
    gateway,
    ...services,
    services: Object.values(services),
    customer: `Bearer ${issuer.token('customer')}`,
    ask: (request: Request) => ask(url, request),
    /** The management port. */
    manage: (path: string) => ask(managementUrl, { path }),
    async close() {
      await gateway.stop();
      await Promise.all([issuer, ...Object.values(services)].map((server) => server.close()));
    },
  };
}

export type GatewayUnderTest = Awaited<ReturnType<typeof startGateway>>;

/** With Node's http client: unlike fetch it sends paths and headers unchanged. */
function ask(url: string, { method = 'GET', path, headers = {}, body }: Request): Promise<Reply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = startRequest({ hostname, port, method, path, headers, agent: false }, (answer) => {
      text(answer).then((whole) => {
        const isJson = /json/.test(answer.headers['content-type'] ?? '');
        const json = (isJson && whole ? JSON.parse(whole) : {}) as Json;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: whole, json });
      }, reject);
    });
    request.on('error', reject).end(body);
  });
}
