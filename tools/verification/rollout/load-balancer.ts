// One address for all instances of a service, as a cluster gives it: requests go to each in turn, and to none that is taken out.

import { Agent, createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { until } from '@oms/test-kit';

export type LoadBalancer = {
  add(url: string): void;
  /** Resolves when it has answered everything it was sent. */
  remove(url: string): Promise<void>;
  /** How many requests it has answered. */
  answered(url: string): number;
  stop(): Promise<void>;
};

type Instance = { url: string; agent: Agent; answered: number; underWay: number };

/** Listens on 127.0.0.1. A request that finds no instance, or one that breaks off, is answered with 503 or 502. */
export async function startLoadBalancer(port: number): Promise<LoadBalancer> {
  const instances = new Map<string, Instance>();
  let turn = 0;
  const server = createServer((request, response) => {
    const open = [...instances.values()];
    const instance = open[turn++ % open.length];
    if (instance) passOn(instance, request, response);
    else response.writeHead(503).end();
  });
  // Longer than its callers keep theirs, so that the load balancer never closes a connection first.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    add: (url) => void instances.set(url, { url, agent: new Agent({ keepAlive: true }), answered: 0, underWay: 0 }),
    async remove(url) {
      const instance = instances.get(url);
      instances.delete(url);
      await until(`${url} has answered what it was asked`, () => (instance?.underWay ?? 0) === 0, 30_000);
      instance?.agent.destroy();
    },
    answered: (url) => instances.get(url)?.answered ?? 0,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const { agent } of instances.values()) agent.destroy();
    },
  };
}

function passOn(instance: Instance, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = request;
  instance.underWay += 1;
  response.once('close', () => (instance.underWay -= 1));
  const passed = ask(instance.url + request.url, {
    method,
    agent: instance.agent,
    headers: { ...headers, connection: 'keep-alive' },
  });
  passed.once('response', (reply) => {
    instance.answered += 1;
    // These are about one connection, not about the reply.
    const { connection: _, 'keep-alive': __, ...headers } = reply.headers;
    response.writeHead(reply.statusCode ?? 502, headers);
    pipeline(reply, response, () => {});
  });
  passed.once('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  pipeline(request, passed, () => {});
}
