// Where the system is that `npm start` runs on this machine: its own addresses, also when its ports were moved.

import { dataFolder, developmentData } from '../stack/data-folder.ts';
import { developmentPorts } from '../stack/ports.ts';
import { runningStack } from '../stack/running-stack.ts';

export type SystemAddresses = { gatewayUrl: string; issuerUrl: string; mailPageUrl: string; postsPageUrl: string };

/** Those of the running system; without one, those that it has unless ports are moved. The environment overrides both. */
export function systemAddresses(env: NodeJS.ProcessEnv = process.env): SystemAddresses {
  const running = runningStack(dataFolder(developmentData(env)));
  const ports = developmentPorts({});
  const local = (port: number) => `http://127.0.0.1:${port}`;
  return {
    gatewayUrl: env['OMS_GATEWAY_URL'] || (running?.gatewayUrl ?? local(ports.gateway)),
    issuerUrl: env['OMS_ISSUER_URL'] || (running?.issuerUrl ?? local(ports.issuer)),
    mailPageUrl: running?.mailPageUrl ?? local(ports.mailPage),
    postsPageUrl: running?.postsPageUrl ?? local(ports.posts),
  };
}
