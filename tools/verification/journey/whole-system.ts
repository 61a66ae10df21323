// A whole system of a test's own: stack and services on free ports, data in a folder that is cleared first.
import { join } from 'node:path';
import { signIn, type ApiCaller, type Role } from '../../dev/client/client.ts';
import { root } from '../../database/migrate/databases.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { freePorts, startStack, type Stack } from '../../dev/stack/index.ts';
import { freeServicePorts, startSystem, type System } from '../../dev/start/system.ts';

export type WholeSystem = {
  stack: Stack;
  system: System;
  as(role: Role, sub?: string): Promise<ApiCaller>;
  stop(): Promise<void>;
};

/** Up when every service is ready; the inventory is empty. `env` is for all services, added to what the stack gives them. */
export async function startWholeSystem(
  name: string,
  { env = {} }: { env?: NodeJS.ProcessEnv } = {},
): Promise<WholeSystem> {
  const dataDir = join(root, '.data', name);
  await clearData(dataFolder(dataDir));
  const stack = await startStack({ dataDir, ports: await freePorts() });
  try {
    const system = await startSystem({ stack, ports: await freeServicePorts(), logDir: join(dataDir, 'logs'), env });
    return {
      stack,
      system,
      as: (role, sub) => signIn({ gatewayUrl: system.urls.gateway, issuerUrl: stack.issuerUrl }, role, sub),
      async stop() {
        await system.stop();
        await stack.stop();
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}
