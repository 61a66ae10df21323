// How Kafka is reached is what the settings say, and a file that cannot be used is named before anything is tried.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError, kafkaAccess } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'oms-kafka-access-'));
const no = join(folder, 'no-certificate');
writeFileSync(no, 'this is no certificate');
afterAll(() => rmSync(folder, { recursive: true }));

const plain = { KAFKA_BROKERS: 'one:9092,two:9093' };

test('with nothing but brokers they are spoken to in plain text, by nobody', () => {
  expect(kafkaAccess(plain)).toEqual({ brokers: ['one:9092', 'two:9093'] });
});

test('a process that listens on a port has a name that it has again after a restart', () => {
  expect(kafkaAccess({ ...plain, PORT: 3002 }).instance).toBe(`${hostname()}:3002`);
  expect(kafkaAccess({ ...plain, PORT: 0 })).not.toHaveProperty('instance');
});

test("by TLS without a file, Node's own authorities count", () => {
  expect(kafkaAccess({ ...plain, KAFKA_TLS: true }).tls).toEqual({});
  expect(kafkaAccess({ ...plain, KAFKA_TLS: false })).not.toHaveProperty('tls');
});

test('a user has a name, a password and a mechanism', () => {
  const login = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_USERNAME: 'oms-order', KAFKA_PASSWORD: 'x' } as const;
  expect(kafkaAccess({ ...plain, ...login }).user).toEqual({
    mechanism: 'scram-sha-512',
    name: 'oms-order',
    password: 'x',
  });
});

test.each([
  ['that is not there', { KAFKA_TLS_CA_FILE: join(folder, 'absent') }, /^The file of KAFKA_TLS_CA_FILE .*ENOENT/],
  ['that is no authority', { KAFKA_TLS_CA_FILE: no }, /^The file of KAFKA_TLS_CA_FILE cannot be used/],
  [
    'that is no certificate',
    { KAFKA_TLS_CERT_FILE: no, KAFKA_TLS_KEY_FILE: no },
    /^The file of KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE cannot be used/,
  ],
])('a file %s is named', (_, files, words) => {
  const access = () => kafkaAccess({ ...plain, KAFKA_TLS: true, ...files });
  expect(access).toThrow(ConfigError);
  expect(access).toThrow(words);
});
