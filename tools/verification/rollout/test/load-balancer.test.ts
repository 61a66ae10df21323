import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { startLoadBalancer, type LoadBalancer } from '../load-balancer.ts';

type Instance = { url: string; asked: () => number; release: () => void };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test('each instance gets its turn, and requests and replies are passed on', async () => {
  const { loadBalancer, url } = await startedBalancer();
  const [a, b] = [await instance('a'), await instance('b')];
  loadBalancer.add(a.url);
  loadBalancer.add(b.url);
  const replies = [];
  for (let at = 0; at < 4; at++)
    replies.push(await (await fetch(`${url}/x?y=${at}`, { method: 'POST', body: `body ${at}` })).text());
  expect(replies).toEqual([
    'a POST /x?y=0 body 0',
    'b POST /x?y=1 body 1',
    'a POST /x?y=2 body 2',
    'b POST /x?y=3 body 3',
  ]);
  expect([loadBalancer.answered(a.url), loadBalancer.answered(b.url)]).toEqual([2, 2]);
});

test('an instance that is removed gets no more requests, and answers what is under way', async () => {
  const { loadBalancer, url } = await startedBalancer();
  const [slow, other] = [await instance('slow', true), await instance('other')];
  loadBalancer.add(slow.url);
  const underWay = fetch(`${url}/`).then((reply) => reply.text());
  await until('it was asked', () => slow.asked() === 1);
  loadBalancer.add(other.url);
  let isRemoved = false;
  const removed = loadBalancer.remove(slow.url).then(() => (isRemoved = true));
  expect(await (await fetch(`${url}/`)).text()).toBe('other GET / ');
  expect(isRemoved).toBe(false);
  slow.release();
  expect(await underWay).toBe('slow GET / ');
  await removed;
  expect(slow.asked()).toBe(1);
});

test('without an instance the answer is 503, and 502 where nobody listens', async () => {
  const { loadBalancer, url } = await startedBalancer();
  expect((await fetch(url)).status).toBe(503);
  loadBalancer.add('http://127.0.0.1:1');
  expect((await fetch(url)).status).toBe(502);
});

async function startedBalancer(): Promise<{ loadBalancer: LoadBalancer; url: string }> {
  const port = await freePort();
  const loadBalancer = await startLoadBalancer(port);
  closing.push(() => loadBalancer.stop());
  return { loadBalancer, url: `http://127.0.0.1:${port}` };
}

async function instance(name: string, held = false): Promise<Instance> {
  let asked = 0;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  if (!held) release();
  const server = createServer((request, response) => {
    asked += 1;
    void Promise.all([text(request), released]).then(([body]) =>
      response.end(`${name} ${request.method} ${request.url} ${body}`),
    );
  });
  const port = await listening(server);
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${port}`, asked: () => asked, release };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
