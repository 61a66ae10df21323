// A second listener of the embedded Kafka, with TLS, users and ACLs. The first listener allows everything.

export type KafkaGuard = {
  port: number;
  /** A PKCS #12 store with the certificate of 127.0.0.1 and its key. */
  keystore: { file: string; password: string };
  users: readonly { name: string; password: string }[];
};

type Listeners = Record<'listeners' | 'advertised.listeners' | 'listener.security.protocol.map', string>;

const mechanism = 'SCRAM-SHA-512';
const listener = 'GUARDED';

/** The arguments of `kafka-storage format`, which creates the first users of a cluster. */
export function guardFormat({ users }: KafkaGuard): string[] {
  return users.flatMap(({ name, password }) => ['--add-scram', `${mechanism}=[name=${name},password=${password}]`]);
}

/** Additions to the settings of a Kafka without this listener. */
export function guardSettings({ port, keystore }: KafkaGuard, first: Listeners): Record<string, string> {
  const prefix = `listener.name.${listener.toLowerCase()}`;
  return {
    listeners: `${first.listeners},${listener}://127.0.0.1:${port}`,
    'advertised.listeners': `${first['advertised.listeners']},${listener}://127.0.0.1:${port}`,
    'listener.security.protocol.map': `${first['listener.security.protocol.map']},${listener}:SASL_SSL`,
    [`${prefix}.sasl.enabled.mechanisms`]: mechanism,
    [`${prefix}.${mechanism.toLowerCase()}.sasl.jaas.config`]:
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    [`${prefix}.ssl.keystore.type`]: 'PKCS12',
    [`${prefix}.ssl.keystore.location`]: keystore.file.replaceAll('\\', '/'),
    [`${prefix}.ssl.keystore.password`]: keystore.password,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // The user of all connections to the first listener.
    'super.users': 'User:ANONYMOUS',
  };
}
