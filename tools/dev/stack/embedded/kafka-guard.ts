// A second door of the embedded Kafka, for users: by TLS, with a password, for what each is allowed. By the first anyone may do anything.

export type KafkaGuard = {
  port: number;
  /** A PKCS #12 store with the certificate of 127.0.0.1 and its key. */
  keystore: { file: string; password: string };
  users: readonly { name: string; password: string }[];
};

type Doors = Record<'listeners' | 'advertised.listeners' | 'listener.security.protocol.map', string>;

const mechanism = 'SCRAM-SHA-512';
const door = 'GUARDED';

/** What `kafka-storage format` is told: the first users of a cluster come with its storage. */
export function guardFormat({ users }: KafkaGuard): string[] {
  return users.flatMap(({ name, password }) => ['--add-scram', `${mechanism}=[name=${name},password=${password}]`]);
}

/** Beside, and over, what a Kafka without the door is told. */
export function guardSettings({ port, keystore }: KafkaGuard, first: Doors): Record<string, string> {
  const ofDoor = `listener.name.${door.toLowerCase()}`;
  return {
    listeners: `${first.listeners},${door}://127.0.0.1:${port}`,
    'advertised.listeners': `${first['advertised.listeners']},${door}://127.0.0.1:${port}`,
    'listener.security.protocol.map': `${first['listener.security.protocol.map']},${door}:SASL_SSL`,
    [`${ofDoor}.sasl.enabled.mechanisms`]: mechanism,
    [`${ofDoor}.${mechanism.toLowerCase()}.sasl.jaas.config`]:
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    [`${ofDoor}.ssl.keystore.type`]: 'PKCS12',
    [`${ofDoor}.ssl.keystore.location`]: keystore.file.replaceAll('\\', '/'),
    [`${ofDoor}.ssl.keystore.password`]: keystore.password,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // Whoever comes by the first door is called so.
    'super.users': 'User:ANONYMOUS',
  };
}
