// A real Kafka 4 as one node in KRaft mode: loopback only, a small heap, no automatic topics.

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startChild, untilDone, untilReady, type Child, type ChildOptions } from '../child.ts';
import type { DataFolder } from '../data-folder.ts';
import { createPart, type OnDeath } from '../part.ts';
import type { Part } from '../stack.ts';
import type { Java } from './java.ts';
import { javaLocale, propertiesText } from './java-paths.ts';
import { guardFormat, guardSettings, type KafkaGuard } from './kafka-guard.ts';

export type KafkaOptions = {
  folder: DataFolder;
  /** The folder of its jars. */
  jars: string;
  java: Java;
  port: number;
  controllerPort: number;
  guard?: KafkaGuard;
  say: (note: string) => void;
  onDeath: OnDeath;
};

/** The settings of a single development Kafka, wherever it runs. */
export const kafkaTopicSettings = {
  // Topics are created from the contracts, never by a misspelt name.
  'auto.create.topics.enable': false,
  // One broker keeps the only copy.
  'default.replication.factor': 1,
  'offsets.topic.replication.factor': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  // Fifty partitions for a handful of groups cost seconds at the first join.
  'offsets.topic.num.partitions': 6,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.num.partitions': 4,
  // Nobody else is coming: a group starts at once.
  'group.initial.rebalance.delay.ms': 0,
  // After a kill the broker's former self must time out before it is let in again: 9 s by default.
  'broker.session.timeout.ms': 4_000,
  'broker.heartbeat.interval.ms': 1_000,
  'log.cleaner.dedupe.buffer.size': 8_388_608,
};

// Any id will do for a cluster of one; a fixed one keeps old data readable.
const clusterId = 'b21zLWRldmVsb3BtZW50MQ';
const formatFlags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
// One collector thread: the machine's cores belong to the services.
const serverFlags = ['-Xms64m', '-Xmx384m', '-XX:+UseSerialGC'];

export async function startKafka(options: KafkaOptions): Promise<Part> {
  const home = join(options.folder.root, 'kafka');
  const data = join(home, 'data');
  mkdirSync(home, { recursive: true });
  if (!existsSync(data)) {
    options.say('formatting its storage');
    await format(options, home, data);
  }
  const settings = join(home, 'server.properties');
  writeFileSync(settings, settingsOf(options, data));
  options.say('starting');
  return createPart({
    name: 'Kafka',
    launch: () => launch(options, settings),
    logFile: join(options.folder.logs, 'kafka.log'),
    onDeath: options.onDeath,
  });
}

/** Formatted beside its place and renamed: the storage is there whole or not at all, however this run ends. */
async function format(options: KafkaOptions, home: string, data: string): Promise<void> {
  const draft = `${data}.draft`;
  const settings = join(home, 'format.properties');
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(settings, settingsOf(options, draft));
  const users = options.guard ? guardFormat(options.guard) : [];
  const args = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings, ...users];
  await untilDone(startChild(javaChild('kafka-format', options, [...formatFlags, ...args])));
  renameSync(draft, data);
}

async function launch(options: KafkaOptions, settings: string): Promise<Child> {
  const child = startChild(javaChild('kafka', options, [...serverFlags, 'kafka.Kafka', settings]));
  await untilReady(child, () => Promise.resolve(child.output().includes('Kafka Server started')));
  return child;
}

function javaChild(name: string, { java, jars, folder }: KafkaOptions, flags: readonly string[]): ChildOptions {
  const logging = pathToFileURL(join(import.meta.dirname, 'kafka-log4j2.properties')).href;
  return {
    name,
    command: java.command,
    args: ['-cp', join(jars, '*'), `-Dlog4j2.configurationFile=${logging}`, ...flags],
    env: { ...process.env, ...javaLocale },
    logFile: join(folder.logs, `${name}.log`),
    runDir: folder.run,
  };
}

function settingsOf({ controllerPort, port, guard }: KafkaOptions, data: string): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data.replaceAll('\\', '/'),
    ...kafkaTopicSettings,
  };
  return propertiesText({ ...settings, ...(guard && guardSettings(guard, settings)) });
}
