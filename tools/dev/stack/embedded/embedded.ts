// The stack without Docker: PostgreSQL from npm, Kafka and the registry on a Java of this machine, all at once.

import { root } from '../../../database/migrate/databases.ts';
import { stopChildren } from '../child.ts';
import type { DataFolder } from '../data-folder.ts';
import { databaseRole, databaseUrl } from '../databases.ts';
import { refuseFewOpenFiles } from '../open-files.ts';
import type { OnDeath } from '../part.ts';
import type { StackPorts } from '../ports.ts';
import type { Progress } from '../progress.ts';
import type { Backbone } from '../stack.ts';
import { fetchJars } from './jars.ts';
import { refuseUnreadablePaths } from './java-paths.ts';
import { findJava } from './java.ts';
import type { KafkaGuard } from './kafka-guard.ts';
import { startKafka } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { registryUrlAt, startRegistry } from './registry.ts';

export async function startEmbedded(options: {
  folder: DataFolder;
  ports: StackPorts;
  progress: Progress;
  postgresEnv: NodeJS.ProcessEnv;
  kafkaGuard?: KafkaGuard | undefined;
  onDeath: OnDeath;
}): Promise<Backbone> {
  const { folder, ports, progress, postgresEnv: env, kafkaGuard: guard, onDeath } = options;
  refuseFewOpenFiles();
  refuseUnreadablePaths({ project: root, data: folder.root });
  const java = findJava();
  const jars = progress.step('jars', (say) => fetchJars(java, folder, say));
  const postgres = progress.step('PostgreSQL', (say) =>
    startPostgres({ folder, port: ports.postgres, env, say, onDeath }),
  );
  const kafka = jars.then((found) =>
    progress.step('Kafka', (say) =>
      startKafka({
        folder,
        java,
        say,
        onDeath,
        jars: found.kafka,
        port: ports.kafka,
        controllerPort: ports.kafkaController,
        ...(guard && { guard }),
      }),
    ),
  );
  const registry = Promise.all([jars, postgres]).then(([found, { server }]) =>
    progress.step('schema registry', (say) =>
      startRegistry({
        folder,
        java,
        say,
        onDeath,
        jars: found.registry,
        port: ports.registry,
        postgresServer: server,
      }),
    ),
  );
  const starting = [jars, postgres, kafka, registry];
  try {
    const [, { part, server, adminDatabaseUrl }, kafkaPart, registryPart] = await Promise.all([
      jars,
      postgres,
      kafka,
      registry,
    ]);
    const parts = { postgres: part, kafka: kafkaPart, registry: registryPart };
    return {
      adminDatabaseUrl,
      databaseUrl: (service) => databaseUrl(server, databaseRole(service)),
      kafkaBrokers: [`127.0.0.1:${ports.kafka}`],
      registryUrl: registryUrlAt(`127.0.0.1:${ports.registry}`),
      part: (name) => parts[name],
      async stop() {
        // PostgreSQL goes last: the registry writes to it.
        await Promise.all([parts.kafka.stop(), parts.registry.stop()]);
        await parts.postgres.stop();
      },
    };
  } catch (error) {
    // One part failed: the others, which may still be starting, go too.
    await stopChildren(folder.run);
    await Promise.allSettled(starting);
    await stopChildren(folder.run);
    throw error;
  }
}
