// The network between the services and a part swallows packets in one direction or both, or lets one byte through a second.

import { setTimeout as wait } from 'node:timers/promises';
import { createFaultProxy, until, type FaultProxy, type NetworkFault } from '@oms/test-kit';
import { signIn, type ApiCaller } from '../../../dev/client/client.ts';
import { services } from '../../../dev/stack/index.ts';
import type { SystemUnderTest } from '../system-under-test.ts';

export type NetworkPart = 'PostgreSQL' | 'registry' | 'mail and posts' | 'services';

/** The gateway's deadline for an answer of a service, and a little for a busy machine. */
const answeredMsMax = 15_000 + 1_500;
/** Every service must be ready so soon after the network works again. */
const readyMsMax = 5_000;
const probeEveryMs = 500;

/**
 * The services are restarted, so that they reach `part` through a proxy, and again at the end. While the network fails, every request to
 * the gateway must be answered in time, whatever the answer is.
 */
export function networkFault(part: NetworkPart, fault: NetworkFault, seconds: number) {
  return async (system: SystemUnderTest): Promise<string> => {
    const proxies = await openProxies(system, part);
    try {
      await restart(system, (value) => reroute(value, proxies));
      const probes = await startProbes(system);
      for (const { proxy } of proxies) proxy.set(fault);
      await wait(seconds * 1_000);
      for (const { proxy } of proxies) proxy.set('open');
      const startedMs = performance.now();
      await system.processes.allReady();
      const readyMs = Math.round(performance.now() - startedMs);
      const { count, slowestMs, failures } = await probes.stop();
      const measured = `${count} requests were answered meanwhile, the slowest after ${slowestMs} ms; every service was ready ${readyMs} ms after the return`;
      if (failures.length > 0) throw new Error(`${measured}; not answered: ${failures.join(', ')}.`);
      if (slowestMs > answeredMsMax)
        throw new Error(`${measured}; at most ${answeredMsMax} ms are allowed for an answer.`);
      if (readyMs > readyMsMax) throw new Error(`${measured}; at most ${readyMsMax} ms are allowed for that.`);
      return measured;
    } finally {
      for (const { proxy } of proxies) proxy.set('open');
      await restart(system, (value) => value);
      await Promise.all(proxies.map(({ proxy }) => proxy.close()));
    }
  };
}

type Proxied = { address: string; proxy: FaultProxy };

async function openProxies({ stack, processes, receivers }: SystemUnderTest, part: NetworkPart): Promise<Proxied[]> {
  const urls: Record<NetworkPart, string[]> = {
    PostgreSQL: [stack.adminDatabaseUrl],
    registry: [stack.registryUrl],
    'mail and posts': [receivers.smtpUrl, receivers.slackUrl],
    services: services.filter((service) => service !== 'gateway').map((service) => processes.urls[service]),
  };
  return Promise.all(
    urls[part].map(async (url) => {
      const { hostname, port } = new URL(url);
      const proxy = await createFaultProxy({ host: hostname, port: Number(port) });
      return { address: `${hostname}:${port}`, proxy };
    }),
  );
}

function reroute(value: string, proxies: readonly Proxied[]): string {
  const found = proxies.find(({ address }) => new RegExp(`[/@]${address}(/|$)`).test(value));
  return found ? value.replace(found.address, `${found.proxy.host}:${found.proxy.port}`) : value;
}

async function restart({ processes }: SystemUnderTest, change: (value: string) => string): Promise<void> {
  processes.changeAddresses(change);
  await Promise.all(services.map((service) => processes.of(service).end('SIGTERM')));
  for (const service of services) processes.of(service).start();
  await processes.allReady();
}

/** Reads, and a write that changes nothing, through the gateway. */
const requests: readonly ((caller: ApiCaller) => Promise<unknown>)[] = [
  (caller) => caller.get('/v1/orders?limit=1'),
  (caller) => caller.get('/v1/inventory?limit=1'),
  (caller) => caller.patch('/v1/orders/00000000-0000-4000-8000-000000000000/status', { status: 'PREPARING' }),
];

async function startProbes({ processes, stack }: SystemUnderTest) {
  const caller = await signIn({ gatewayUrl: processes.urls.gateway, issuerUrl: stack.issuerUrl }, 'admin');
  const failures: string[] = [];
  let slowestMs = 0;
  let count = 0;
  let open = 0;
  const timer = setInterval(() => {
    for (const request of requests) void probe(request);
  }, probeEveryMs);

  async function probe(request: (caller: ApiCaller) => Promise<unknown>): Promise<void> {
    const startedMs = performance.now();
    open += 1;
    await request(caller).catch((error: Error) => failures.push(error.message));
    open -= 1;
    count += 1;
    slowestMs = Math.max(slowestMs, Math.round(performance.now() - startedMs));
  }

  return {
    async stop() {
      clearInterval(timer);
      await until('the last requests are answered', () => open === 0, 25_000);
      return { count, slowestMs, failures: [...new Set(failures)] };
    },
  };
}
