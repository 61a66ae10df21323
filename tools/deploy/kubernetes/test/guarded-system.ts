// A whole system on a Kafka with users: each service has its own, by TLS and password, with the ACLs of k8s/operators/users.yaml.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKafka, type Kafka } from '@oms/messaging';
import { createLogger, kafkaAccess, kafkaSettings, loadConfig, Type, type KafkaAccess } from '@oms/service-kit';
import { root } from '../../../database/migrate/databases.ts';
import { signIn, type ApiCaller, type Role } from '../../../dev/client/client.ts';
import { clearData } from '../../../dev/stack/clear-data.ts';
import { dataFolder } from '../../../dev/stack/data-folder.ts';
import { freePorts, startStack, type Service, type Stack } from '../../../dev/stack/index.ts';
import { freePort } from '../../../dev/stack/ports.ts';
import { startSystem, type System } from '../../../dev/start/system.ts';
import { kafkaUsers } from '../kafka-users.ts';
import { allow } from './allow.ts';
import { createAuthority } from './authority.ts';

export type GuardedKafka = {
  stack: Stack;
  dataDir: string;
  /** By which a service is this user. */
  settingsOf(user: string): Record<string, string>;
  /** The same as a client wants it, with these settings changed. */
  accessOf(user: string, changed?: Record<string, string>): KafkaAccess;
  startServices(): Promise<System>;
  as(system: System, role: Role): Promise<ApiCaller>;
  logOf(service: Service): string;
  stop(): Promise<void>;
};

export async function startGuardedKafka(): Promise<GuardedKafka> {
  const folder = dataFolder(join(root, '.data/guarded'));
  await clearData(folder);
  const { caFile, keystore } = await createAuthority(join(folder.root, 'authority'));
  const [ports, port] = [await freePorts(), await freePort()];
  const passwords = new Map(kafkaUsers().map(({ name }) => [name, randomBytes(12).toString('hex')]));
  const users = [...passwords].map(([name, password]) => ({ name, password }));
  const kafkaGuard = { port, keystore, users };
  const stack = await startStack({ provider: 'embedded', dataDir: folder.root, ports, kafkaGuard });
  const settingsOf = (user: string) => ({
    KAFKA_BROKERS: `127.0.0.1:${port}`,
    KAFKA_TLS: 'true',
    KAFKA_TLS_CA_FILE: caFile,
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_USERNAME: user,
    KAFKA_PASSWORD: passwords.get(user) ?? '',
  });
  try {
    await allow(stack.kafkaBrokers, kafkaUsers());
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return {
    stack,
    dataDir: folder.root,
    settingsOf,
    accessOf(user, changed = {}) {
      const env = { ...settingsOf(user), REGISTRY_URL: stack.registryUrl, ...changed };
      return kafkaAccess(loadConfig(Type.Object(kafkaSettings), env));
    },
    startServices: () =>
      startSystem({
        stack,
        ports,
        logDir: folder.logs,
        envOf: (service) => (service === 'gateway' ? {} : settingsOf(`oms-${service}`)),
      }),
    as: (system, role) => signIn({ gatewayUrl: system.urls.gateway, issuerUrl: stack.issuerUrl }, role),
    logOf: (service) => readFileSync(join(folder.logs, `${service}.log`), 'utf8'),
    stop: () => stack.stop(),
  };
}

export function clientOf(access: KafkaAccess): Kafka {
  return createKafka({ clientId: 'a test', ...access, logger: createLogger({ name: 'test', level: 'silent' }) });
}
