// Creates and removes the ACLs that k8s/operators/users.yaml lists, as Strimzi's operator does.
import kafkajs from 'kafkajs';
import type { KafkaUser, Operation } from '../kafka-users.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const operations: Record<Operation, kafkajs.AclOperationTypes> = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Describe: AclOperationTypes.DESCRIBE,
  AlterConfigs: AclOperationTypes.ALTER_CONFIGS,
};
const types = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP };

/** Through the listener of the brokers that allows everything. */
export function allow(brokers: string[], users: readonly KafkaUser[]): Promise<void> {
  return asAdmin(brokers, async (admin) => {
    await admin.createAcls({ acl: users.flatMap(rulesOf) });
  });
}

export function forbid(brokers: string[], users: readonly KafkaUser[]): Promise<void> {
  return asAdmin(brokers, async (admin) => {
    await admin.deleteAcls({ filters: users.flatMap(rulesOf) });
  });
}

function rulesOf({ name, rules }: KafkaUser) {
  return rules.flatMap((rule) =>
    rule.operations.map((operation) => ({
      resourceType: types[rule.type],
      resourceName: rule.name,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${name}`,
      host: '*',
      operation: operations[operation],
      permissionType: AclPermissionTypes.ALLOW,
    })),
  );
}

async function asAdmin(brokers: string[], work: (admin: kafkajs.Admin) => Promise<void>): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}
