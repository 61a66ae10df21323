// Opens the two ports of a process: the main port, then the management port, so that who is ready can be reached.

import { ConfigError } from '../config.ts';
import type { Http } from './create-http.ts';

type Ports = { HOST: string; PORT: number; MANAGEMENT_PORT?: number };

const managementPortDistance = 100;
const portMax = 65_535;

/** Returns the address of the main port. The management port is closed last, when `http` is closed. */
export async function listen(http: Http, { HOST: host, ...ports }: Ports): Promise<string> {
  const managementPort = managementPortOf(ports);
  const address = await http.listen({ host, port: ports.PORT });
  await http.management.listen({ host, port: managementPort });
  return address;
}

/** With PORT=0, any free port. @throws ConfigError when there is no port at this distance */
function managementPortOf({ PORT: port, MANAGEMENT_PORT: given }: Omit<Ports, 'HOST'>): number {
  if (given !== undefined) return given;
  if (port === 0) return 0;
  if (port + managementPortDistance <= portMax) return port + managementPortDistance;
  throw new ConfigError(
    `PORT is ${port}, so MANAGEMENT_PORT cannot be ${managementPortDistance} above it: set it too.`,
  );
}
