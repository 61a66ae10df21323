// Who may do what on Kafka: a user for each service and one that makes the topics, from what each service publishes and consumes.
// Written to k8s/operators/users.yaml by `npm run oms -- schemas generate`.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deadLetterTopicOf, topicOf } from '@oms/contracts';
import { topicSettings } from '@oms/contracts/register';
import { groupOf } from '@oms/messaging';
import { readServices, type ServiceMessages } from '../../contracts/asyncapi/services.ts';
import { root } from '../../database/migrate/databases.ts';

export type Operation = 'Read' | 'Write' | 'Create' | 'Describe' | 'AlterConfigs';
export type KafkaRule = { type: 'topic' | 'group'; name: string; operations: Operation[] };
export type KafkaUser = { name: string; rules: KafkaRule[] };

const path = join(root, 'k8s/operators/users.yaml');

/** As few rules as there can be: to read or write a topic is to see it, and to alter its settings is to see those. */
export function kafkaUsers(services: readonly ServiceMessages[] = readServices()): KafkaUser[] {
  const speaking = services.filter(({ publishes, subscribes }) => publishes.length + subscribes.length > 0);
  return [...speaking.map(userOf), registration()];
}

function userOf({ service, publishes, subscribes }: ServiceMessages): KafkaUser {
  const topics = new Map<string, Set<Operation>>();
  const may = (topic: string, ...operations: Operation[]) =>
    topics.set(topic, new Set([...(topics.get(topic) ?? []), ...operations]));
  // What it said is read back when its database was restored to an earlier moment.
  for (const event of publishes) may(topicOf[event], 'Read', 'Write');
  for (const topic of subscribes) {
    // Dead letters are read, and redriven to the topics they came from.
    may(topic, 'Read', 'Write');
    may(deadLetterTopicOf(topic), 'Read', 'Write');
  }
  const group: KafkaRule = { type: 'group', name: groupOf({ service }), operations: ['Read'] };
  return {
    name: `oms-${service}`,
    rules: [
      ...[...topics].map(([name, operations]): KafkaRule => ({ type: 'topic', name, operations: [...operations] })),
      ...(subscribes.length > 0 ? [group] : []),
    ],
  };
}

/** Of the program `register`. */
function registration(): KafkaUser {
  const rules = topicSettings().map(({ name }): KafkaRule => ({
    type: 'topic',
    name,
    operations: ['Create', 'Describe', 'AlterConfigs'],
  }));
  return { name: 'oms-schemas', rules };
}

function manifestOf({ name, rules }: KafkaUser): string {
  const acls = rules.map(
    (rule) =>
      `      - { resource: { type: ${rule.type}, name: ${rule.name} }, operations: [${rule.operations.join(', ')}] }`,
  );
  return `apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata: { name: ${name}, labels: { strimzi.io/cluster: oms } }
spec:
  authentication: { type: scram-sha-512 }
  authorization:
    type: simple
    acls:
${acls.join('\n')}
`;
}

/** What the file must hold, when it does not; null when it is up to date. */
export async function staleUsers(): Promise<string | null> {
  const text = `# Needs the operator Strimzi, which makes a Secret of each user's name with its password. Made by \`npm run oms -- schemas generate\`.
${kafkaUsers().map(manifestOf).join('---\n')}`;
  const present = await readFile(path, 'utf8').catch(() => null);
  return present === text ? null : text;
}

/** False when it was up to date. */
export async function generateUsers(): Promise<boolean> {
  const text = await staleUsers();
  if (text === null) return false;
  await writeFile(path, text);
  return true;
}
