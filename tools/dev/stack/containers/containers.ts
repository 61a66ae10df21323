// The stack on Docker: PostgreSQL, Kafka and the registry as containers that keep their data in volumes, on loopback ports.

import { GenericContainer, Wait } from 'testcontainers';
import type { DataFolder } from '../data-folder.ts';
import { adminRole, databaseRole, databaseUrl, ensureDatabases, serverAnswers } from '../databases.ts';
import { kafkaTopicSettings } from '../embedded/kafka.ts';
import { registryUrlAt } from '../embedded/registry.ts';
import { failureText, StackError } from '../failure.ts';
import type { StackPorts } from '../ports.ts';
import type { Progress } from '../progress.ts';
import type { Backbone } from '../stack.ts';
import { createContainerPart } from './container-part.ts';
import { openDocker, type Docker } from './docker.ts';
import { imageOf, imageVariable, type Image } from './images.ts';

export const containerParts = ['registry', 'kafka', 'postgres'] as const;

export async function startContainers(options: {
  folder: DataFolder;
  ports: StackPorts;
  progress: Progress;
}): Promise<Backbone> {
  const { ports, progress } = options;
  const docker = await openDocker(options.folder, containerParts);
  const server = `127.0.0.1:${ports.postgres}`;
  const adminDatabaseUrl = databaseUrl(server, adminRole, 'postgres');
  const postgres = progress.step('PostgreSQL', async (say) => {
    const part = await begin('postgres', postgresContainer(docker, ports), say);
    while (!(await serverAnswers(adminDatabaseUrl))) await new Promise((resolve) => setTimeout(resolve, 100));
    await ensureDatabases(adminDatabaseUrl);
    return part;
  });
  const kafka = progress.step('Kafka', (say) => begin('kafka', kafkaContainer(docker, ports), say));
  const registry = postgres.then(() =>
    progress.step('schema registry', (say) => begin('registry', registryContainer(docker, ports), say)),
  );
  await Promise.allSettled([postgres, kafka, registry]);
  try {
    const parts = { postgres: await postgres, kafka: await kafka, registry: await registry };
    return {
      adminDatabaseUrl,
      databaseUrl: (service) => databaseUrl(server, databaseRole(service)),
      kafkaBrokers: [`127.0.0.1:${ports.kafka}`],
      registryUrl: registryUrlAt(`127.0.0.1:${ports.registry}`),
      part: (name) => parts[name],
      async stop() {
        await Promise.all([parts.kafka.stop(), parts.registry.stop()]);
        await parts.postgres.stop();
        await docker.close();
      },
    };
  } catch (error) {
    await docker.close();
    throw error;
  }
}

async function begin(part: Image, container: GenericContainer, say: (note: string) => void) {
  say(`starting ${imageOf(part)}; the first time it is fetched`);
  return createContainerPart(container).catch((error: unknown) => {
    throw new StackError(
      `The container of ${imageOf(part)} did not start: ${error instanceof Error ? error.message : failureText(error)}\n` +
        `Can Docker fetch that image? Another one is taken by ${imageVariable(part)}=...`,
    );
  });
}

function postgresContainer(docker: Docker, ports: StackPorts): GenericContainer {
  return containerOf('postgres', docker, 5432, ports.postgres, '/var/lib/postgresql')
    .withEnvironment({ POSTGRES_PASSWORD: adminRole.password, TZ: 'UTC' })
    .withCommand(['postgres', '-c', 'max_connections=300', '-c', 'jit=off', '-c', 'log_error_verbosity=terse'])
    .withWaitStrategy(Wait.forLogMessage(/listening on IPv4 address "0\.0\.0\.0"/));
}

function kafkaContainer(docker: Docker, ports: StackPorts): GenericContainer {
  const settings = {
    ...kafkaTopicSettings,
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': '1@localhost:9093',
    listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    // What clients on this machine come back by.
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': '/var/lib/kafka/data',
  };
  const environment = Object.entries(settings).map(([key, value]) => [
    `KAFKA_${key.replaceAll('.', '_').toUpperCase()}`,
    String(value),
  ]);
  return containerOf('kafka', docker, 9092, ports.kafka, '/var/lib/kafka/data')
    .withEnvironment({ ...Object.fromEntries(environment), KAFKA_HEAP_OPTS: '-Xms64m -Xmx384m' } as Record<
      string,
      string
    >)
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/));
}

function registryContainer(docker: Docker, ports: StackPorts): GenericContainer {
  const role = databaseRole('registry');
  return containerOf('registry', docker, 8080, ports.registry)
    .withEnvironment({
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'postgresql',
      APICURIO_DATASOURCE_URL: `jdbc:postgresql://${docker.nameOf('postgres')}:5432/${role.name}`,
      APICURIO_DATASOURCE_USERNAME: role.name,
      APICURIO_DATASOURCE_PASSWORD: role.password,
    })
    .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080));
}

function containerOf(part: Image, docker: Docker, inside: number, outside: number, data?: string): GenericContainer {
  const name = docker.nameOf(part);
  const container = new GenericContainer(imageOf(part))
    .withName(name)
    .withNetworkMode(docker.network)
    .withExposedPorts({ container: inside, host: outside })
    .withStartupTimeout(120_000);
  return data ? container.withBindMounts([{ source: name, target: data, mode: 'rw' }]) : container;
}
