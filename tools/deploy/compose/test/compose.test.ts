// The compose file describes the same stack as the development stack: their settings are compared here.
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { publicImages, imageVariable, type Image } from '../../../dev/stack/containers/images.ts';
import { databaseRole, databaseUrl } from '../../../dev/stack/databases.ts';
import { kafkaTopicSettings } from '../../../dev/stack/embedded/kafka.ts';
import { registryUrlAt } from '../../../dev/stack/embedded/registry.ts';
import { serviceClient } from '../../../dev/stack/issuer/clients.ts';
import {
  developmentPorts,
  managementPort,
  portVariable,
  type AllPorts,
  type ServicePorts,
} from '../../../dev/stack/ports.ts';
import { services } from '../../../dev/stack/stack.ts';
import { environmentOf } from '../../../dev/start/environment.ts';
import { read } from '../../../repo/tidy/repository.ts';

type Part = {
  image: string;
  build?: { args: Record<string, string> };
  command?: string[];
  environment?: Record<string, string | number>;
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
};
const compose = parse(read('docker/compose.yaml'), { merge: true }) as { services: Record<string, Part> };
const parts = Object.entries(compose.services);
const partOf = (name: string) => compose.services[name] as Part;

describe('a service in a container', () => {
  test.each(services)('%s has the settings that `npm start` gives it', (service) => {
    const {
      HOST: _host,
      PORT: _port,
      MANAGEMENT_PORT: _management,
      ...settings
    } = environmentOf(service, addresses, numbered);
    const { OTEL_EXPORTER_OTLP_ENDPOINT: collector, ...environment } = partOf(service).environment ?? {};
    expect(collector).toBe('${OTEL_EXPORTER_OTLP_ENDPOINT:-}');
    expect(environment).toEqual(
      Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, namedIn(value)])),
    );
  });

  test.each(services)('%s is built from its own folder', (service) => {
    expect(partOf(service).build?.args).toMatchObject({ SERVICE: service });
    expect(partOf(service).image).toBe(`\${OMS_IMAGES:-oms}/${service}:\${OMS_TAG:-latest}`);
  });

  test.each(services.filter((service) => service !== 'gateway'))('%s starts on a migrated database', (service) => {
    const migrate = partOf(`${service}-migrate`);
    expect(migrate).toMatchObject({ image: partOf(service).image, command: ['migrate'] });
    expect(migrate.environment?.['DATABASE_URL']).toBe(partOf(service).environment?.['DATABASE_URL']);
    expect(partOf(service).depends_on).toMatchObject({
      [`${service}-migrate`]: { condition: 'service_completed_successfully' },
      contracts: { condition: 'service_completed_successfully' },
    });
  });
});

test('every port is on the loopback address, and may be moved', () => {
  const ports = parts.flatMap(([, part]) => part.ports ?? []);
  expect(ports.filter((port) => !/^127\.0\.0\.1:\$\{OMS_PORT_[A-Z_]+:-\d+\}:\d+$/.test(port))).toEqual([]);
  expect(new Set(ports.map((port) => /:-(\d+)/.exec(port)?.[1])).size).toBe(ports.length);
});

test('the ports are those of the development stack', () => {
  const { kafkaController: _inside, ...usual } = developmentPorts({});
  const published = parts.flatMap(([, part]) => part.ports ?? []).join(' ');
  for (const [name, port] of Object.entries(usual))
    expect(published).toContain(`\${${portVariable(name as keyof AllPorts)}:-${port}}`);
});

test('whatever runs on says whether it is well, and whatever ends is waited for', () => {
  const waitedFor = parts.flatMap(([, { depends_on = {} }]) =>
    Object.entries(depends_on).flatMap(([name, { condition }]) =>
      condition === 'service_completed_successfully' ? [name] : [],
    ),
  );
  const silent = parts.filter(
    ([name, { healthcheck }]) =>
      !(services as readonly string[]).includes(name) && !healthcheck?.test && !waitedFor.includes(name),
  );
  expect(silent.map(([name]) => name)).toEqual([]);
  expect(read('docker/service.Dockerfile')).toMatch(/^HEALTHCHECK /m);
  for (const name of waitedFor) expect(partOf(name).healthcheck, name).toEqual({ disable: true });
});

test('another image can be given for each, and the published ones are those of OMS_STACK=containers', () => {
  for (const [name, { image }] of parts) expect(image, name).toMatch(/^\$\{OMS_IMAGE[A-Z_]*:-/);
  for (const name of Object.keys(publicImages) as Image[])
    expect(partOf(name).image).toBe(`\${${imageVariable(name)}:-${publicImages[name]}}`);
});

test('Kafka has the same settings', () => {
  const { environment = {} } = partOf('kafka');
  for (const [key, value] of Object.entries(kafkaTopicSettings))
    expect(String(environment[`KAFKA_${key.replaceAll('.', '_').toUpperCase()}`]), key).toBe(String(value));
});

test('Prometheus asks every service', () => {
  const { scrape_configs: jobs } = parse(read('docker/prometheus.yml')) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const targets = jobs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
  expect(targets.toSorted()).toEqual(services.map((service) => `${service}:3100`).toSorted());
});

const managementPortDistance = 100;
/** Where the parts are to each other; a service is a number until `namedIn`. */
const numbered = Object.fromEntries(
  services.flatMap((service, i) => [
    [service, i + 1],
    [managementPort(service), i + 1 + managementPortDistance],
  ]),
) as ServicePorts;
const addresses = {
  adminDatabaseUrl: '',
  databaseUrl: (service: string) => databaseUrl('postgres:5432', databaseRole(service)),
  kafkaBrokers: ['kafka:19092'],
  registryUrl: registryUrlAt('registry:8080'),
  smtpUrl: 'smtp://mail:1025',
  mailPageUrl: '',
  slackUrl: 'http://posts:1081/slack/alerts',
  webhookUrl: 'http://posts:1081/webhook/orders',
  postsPageUrl: '',
  issuerUrl: 'http://issuer:3005',
  serviceClient,
};

function namedIn(value: string): string {
  return value.replace(/^http:\/\/127\.0\.0\.1:(\d+)$/, (_all, port: string) => {
    const isManagement = Number(port) > managementPortDistance;
    const number = isManagement ? Number(port) - managementPortDistance : Number(port);
    return `http://${services[number - 1]}:${isManagement ? 3100 : 3000}`;
  });
}
