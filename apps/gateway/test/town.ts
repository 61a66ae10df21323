// A gateway with an issuer and the services around it, all listening on loopback.
import { request as startRequest, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { createLogger } from '@oms/service-kit';
import { createGateway } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { addressSettingOf, servicesBehind, type ServiceBehind } from '../src/http/routes.ts';
import { openIssuer, openService } from './services.ts';

export type Reply = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  json: Json;
};
/** Looked into where a test knows what is there. */
export type Json = { readonly [field: string]: Json };
type Ask = { method?: string; path: string; headers?: OutgoingHttpHeaders; body?: string | Buffer };

export async function openTown(env: Record<string, string> = {}) {
  const issuer = await openIssuer();
  const opened = await Promise.all(
    servicesBehind.map(async (service) => [service, await openService(service)] as const),
  );
  const services = Object.fromEntries(opened) as Record<ServiceBehind, Awaited<ReturnType<typeof openService>>>;
  const config = readConfig({
    PORT: '0',
    ISSUER_URL: issuer.url,
    ...Object.fromEntries(opened.map(([service, { url }]) => [addressSettingOf(service), url])),
    ...env,
  });
  const gateway = await createGateway(config, createLogger({ name: 'gateway', level: 'silent' }));
  const url = await gateway.start();
  return {
    url,
    issuer,
    gateway,
    ...services,
    services: Object.values(services),
    customer: `Bearer ${issuer.token('customer')}`,
    ask: (wish: Ask) => ask(url, wish),
    async close() {
      await gateway.stop();
      await Promise.all([issuer, ...Object.values(services)].map((server) => server.close()));
    },
  };
}

export type Town = Awaited<ReturnType<typeof openTown>>;

/** Node's own client: unlike fetch it sends paths and headers exactly as they are given. */
function ask(url: string, { method = 'GET', path, headers = {}, body }: Ask): Promise<Reply> {
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
