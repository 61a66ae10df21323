// A real Apicurio registry: its contracts are in a database of our PostgreSQL, so that they survive a kill.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { answers } from '../answers.ts';
import { startChild, untilReady, type Child } from '../child.ts';
import type { DataFolder } from '../data-folder.ts';
import { databaseRole } from '../databases.ts';
import { StackError } from '../failure.ts';
import { createPart, type OnDeath } from '../part.ts';
import type { Part } from '../stack.ts';
import type { Java } from './java.ts';
import { javaLocale } from './java-paths.ts';

export type RegistryOptions = {
  folder: DataFolder;
  /** The folder of its jars. */
  jars: string;
  java: Java;
  port: number;
  /** host:port */
  postgresServer: string;
  say: (note: string) => void;
  onDeath: OnDeath;
};

/** The Confluent API, which every client library speaks. */
export function registryUrlAt(address: string): string {
  return `http://${address}/apis/ccompat/v7`;
}

export async function startRegistry(options: RegistryOptions): Promise<Part> {
  const jar = readdirSync(options.jars).find((name) => name === 'quarkus-run.jar' || name.endsWith('-runner.jar'));
  if (!jar)
    throw new StackError(
      `The registry's program is missing in ${options.jars}: remove that folder, the next start fetches it again.`,
    );
  options.say('starting');
  return createPart({
    name: 'The schema registry',
    launch: () => launch(options, join(options.jars, jar)),
    logFile: join(options.folder.logs, 'registry.log'),
    onDeath: options.onDeath,
  });
}

async function launch({ java, postgresServer, port, folder }: RegistryOptions, jar: string): Promise<Child> {
  const role = databaseRole('registry');
  const child = startChild({
    name: 'registry',
    command: java.command,
    // It answers a few hundred look-ups in its life: quick to start matters, compiled code does not.
    args: ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-jar', jar],
    env: {
      PATH: process.env['PATH'],
      ...javaLocale,
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'postgresql',
      APICURIO_DATASOURCE_URL: `jdbc:postgresql://${postgresServer}/${role.name}`,
      APICURIO_DATASOURCE_USERNAME: role.name,
      APICURIO_DATASOURCE_PASSWORD: role.password,
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(port),
      // Its second listener takes any free port instead of 9000.
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: '0',
      QUARKUS_OTEL_SDK_DISABLED: 'true',
      QUARKUS_LOG_CATEGORY__APICURIO_REGISTRY_ACCESS__LEVEL: 'WARN',
    },
    cwd: folder.root,
    logFile: join(folder.logs, 'registry.log'),
    runDir: folder.run,
  });
  await untilReady(child, () => answers(`${registryUrlAt(`127.0.0.1:${port}`)}/subjects`));
  return child;
}
