// The ports of everything: fixed and configurable ones in development, free ones in tests.

import { createServer } from 'node:net';
import { StackError } from './failure.ts';
import { holderOfPort } from './port-holder.ts';
import { planOf, services, type Service } from './services.ts';

export type StackPorts = {
  postgres: number;
  kafka: number;
  /** Kafka's inner quorum listener. */
  kafkaController: number;
  registry: number;
  smtp: number;
  mailPage: number;
  posts: number;
  issuer: number;
};
export type ManagementPort<S extends Service = Service> = `${S}Management`;
/** The main port of each service, and its port for health and metrics. */
export type ServicePorts = Record<Service | ManagementPort, number>;
export type AllPorts = StackPorts & ServicePorts;

/** As in the services: their management ports are this far above their main ports, also when those are moved. */
const managementPortDistance = 100;

const development: AllPorts = {
  ...(Object.fromEntries(
    services.flatMap((service) => [
      [service, planOf(service).port],
      [managementPort(service), planOf(service).port + managementPortDistance],
    ]),
  ) as ServicePorts),
  issuer: 3005,
  mailPage: 1080,
  smtp: 1025,
  posts: 1081,
  registry: 8081,
  kafka: 9092,
  kafkaController: 9093,
  postgres: 5433,
};

const names = Object.keys(development) as (keyof AllPorts)[];

export function managementPort<S extends Service>(service: S): ManagementPort<S> {
  return `${service}Management`;
}

/** `kafkaController` is moved by OMS_PORT_KAFKA_CONTROLLER. */
export function portVariable(name: keyof AllPorts): string {
  return `OMS_PORT_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
}

/** The development ports, each movable by its variable. Throws StackError naming a wrong or a doubled one. */
export function developmentPorts(env: NodeJS.ProcessEnv = process.env): AllPorts {
  const ports = { ...development };
  const wrong: string[] = [];
  for (const service of services) {
    const moved = Number(env[portVariable(service)]);
    if (moved) ports[managementPort(service)] = moved + managementPortDistance;
  }
  for (const name of names) {
    const text = env[portVariable(name)];
    if (text !== undefined && text !== '') ports[name] = Number(text);
    if (!Number.isInteger(ports[name]) || ports[name] < 1 || ports[name] > 65_535)
      wrong.push(`${portVariable(name)} is "${text ?? ports[name]}", and must be a whole number from 1 to 65535.`);
  }
  for (const [i, name] of names.entries()) {
    const twin = names.slice(0, i).find((other) => ports[other] === ports[name]);
    if (twin)
      wrong.push(`${portVariable(twin)} and ${portVariable(name)} are both ${ports[name]}: give each its own port.`);
  }
  if (wrong.length > 0) throw new StackError(wrong.join('\n'));
  return ports;
}

/** The same without the services': for who starts a stack alone, and does not care who serves. */
export function stackPortsOf(ports: AllPorts): StackPorts {
  const ofServices = new Set<string>(services.flatMap((service) => [service, managementPort(service)]));
  return Object.fromEntries(Object.entries(ports).filter(([name]) => !ofServices.has(name))) as StackPorts;
}

/** Free ports, below the range of outgoing connections, so that none of those takes one before we listen. */
export async function freePorts(): Promise<AllPorts> {
  const ports = { ...development };
  let candidate = anywhere();
  for (const name of names) ports[name] = candidate = await freeAfter(candidate);
  return ports;
}

/** One such port. */
export function freePort(): Promise<number> {
  return freeAfter(anywhere());
}

const [lowest, count] = [15_000, 17_000] as const;

function anywhere(): number {
  return lowest + Math.floor(Math.random() * count);
}

async function freeAfter(port: number): Promise<number> {
  const next = lowest + ((port - lowest + 1) % count);
  return (await isFree(next)) ? next : freeAfter(next);
}

/** Throws one StackError that names every port in use, its holder, and how to move it. */
export async function refuseTakenPorts(ports: Partial<AllPorts>): Promise<void> {
  const lines: string[] = [];
  const moves: string[] = [];
  await Promise.all(
    names.map(async (name) => {
      const port = ports[name];
      if (port === undefined || (await isFree(port))) return;
      const holder = holderOfPort(port);
      lines.push(`Port ${port} (${name}) is in use by ${holder ?? 'another process'}.`);
      moves.push(`${portVariable(name)}=${await freeInsteadOf(port)}`);
    }),
  );
  if (lines.length === 0) return;
  const it = lines.length === 1 ? 'it' : 'them';
  throw new StackError(
    `${lines.join('\n')}\nStop ${it}, or use other ports:\n\n  ${moves.join(' ')} ${commandOfThisRun()}\n`,
  );
}

/** The same number one digit on where that is a port and free, so that it is easy to remember; else any free one. */
async function freeInsteadOf(port: number): Promise<number> {
  const near = port + 10_000;
  return near <= 65_535 && (await isFree(near)) ? near : freePort();
}

/** What the person typed. */
function commandOfThisRun(): string {
  const script = process.env['npm_lifecycle_event'] ?? 'start';
  return ['start', 'test'].includes(script) ? `npm ${script}` : `npm run ${script}`;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
