// The real inventory service as a process of its own, on a running stack, with a stand-in for the order service; it may be killed at work.
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createServiceToken } from '@oms/service-kit';
import { build } from '../../deploy/build/build.ts';
import type { Random } from '../harness/random.ts';
import { generate } from '../../database/generate/generate.ts';
import type { StackAddresses } from '../../dev/stack/running-stack.ts';
import { environmentOf, managementUrlOf, urlOf } from '../../dev/start/environment.ts';
import { startService } from '../../dev/start/service-process.ts';
import { freeServicePorts } from '../../dev/start/system.ts';
import { openOrderStandIn, type OrderStandIn } from './order-stand-in.ts';
import { createStockClient, type StockClient } from './stock-client.ts';

export type InventoryAlone = {
  client: StockClient;
  orders: OrderStandIn;
  /** Kills it again and again, and starts it again, until the clients have ended. */
  killDuring(clients: Promise<unknown>, random: Random): Promise<void>;
  kills(): number;
  stop(): Promise<void>;
};

type Addresses = Pick<StackAddresses, 'issuerUrl' | 'registryUrl' | 'kafkaBrokers' | 'serviceClient' | 'databaseUrl'>;

/** @param dataDir for its log */
export async function startInventoryAlone({
  stack,
  dataDir,
}: {
  stack: Addresses;
  dataDir: string;
}): Promise<InventoryAlone> {
  await generate();
  const [bundle, ports, orders] = await Promise.all([build('inventory'), freeServicePorts(), openOrderStandIn(stack)]);
  const service = await startService({
    service: 'inventory',
    bundle,
    managementUrl: managementUrlOf('inventory', ports),
    logDir: join(dataDir, 'logs'),
    runDir: join(dataDir, 'run'),
    env: {
      ...environmentOf('inventory', stack as StackAddresses, ports),
      ORDER_URL: orders.url,
      RESERVATION_HOLD_SECONDS: '1',
      SWEEP_INTERVAL_MS: '150',
      LOG_LEVEL: 'warn',
    },
  });
  let kills = 0;
  const { id: clientId, secret: clientSecret } = stack.serviceClient('order');
  const tokens = {
    staff: await tokenOf(stack.issuerUrl),
    service: await createServiceToken({ issuerUrl: stack.issuerUrl, clientId, clientSecret, audience: 'oms' })(),
  };
  return {
    client: createStockClient(urlOf('inventory', ports), tokens),
    orders,
    kills: () => kills,
    async killDuring(clients, random) {
      let working = true;
      const ended = clients.catch(() => {}).finally(() => (working = false));
      // The first comes soon, while there is surely work; later ones leave the consumer time to join its group again.
      for (let pauseMsMax = 400; ; pauseMsMax = 5_000) {
        await Promise.race([ended, wait(random.between(100, pauseMsMax))]);
        if (!working) return;
        await service.kill('SIGKILL');
        kills += 1;
        await service.start();
      }
    },
    async stop() {
      await service.stop();
      await orders.close();
    },
  };
}

async function tokenOf(issuerUrl: string): Promise<string> {
  const response = await fetch(`${issuerUrl}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'staff' }),
  });
  if (!response.ok) throw new Error(`The issuer at ${issuerUrl} gave no token: ${response.status}`);
  return ((await response.json()) as { token: string }).token;
}
