// Failures are reported in plain words, with the remedy.
import { expect, test } from 'vitest';
import { explainLog, failureText, StackError } from '../failure.ts';
import { externalAddresses } from '../external.ts';

test.each([
  ['java.io.IOException: No space left on device', 'the disk is full'],
  ['could not write lock file: No space left on device', 'npm run reset'],
  ['LOG: could not bind IPv4 address "127.0.0.1": Address already in use', 'its port was taken'],
  ['Failed to acquire lock on file .lock in /data', 'another Kafka'],
  ['FATAL: database files are incompatible with server', 'npm run reset'],
])('%s', (log, explanation) => {
  expect(explainLog(log)).toContain(explanation);
});

test('a log without a known cause is not explained', () => {
  expect(explainLog('something went wrong')).toBeNull();
});

test('a failure that a person can act on has no stack trace', () => {
  expect(failureText(new StackError('No Java.\nInstall one.'))).toBe('No Java.\nInstall one.');
});

test('a full disk is called a full disk wherever it is met', () => {
  expect(failureText(Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC', path: '/data/x' }))).toMatch(
    /Writing \/data\/x failed: the disk is full/,
  );
});

test('an external stack says every address that is missing', () => {
  expect(() => externalAddresses({ OMS_POSTGRES_URL: 'postgres://postgres@db/postgres' })).toThrow(
    /OMS_KAFKA_BROKERS, OMS_REGISTRY_URL are not set/,
  );
});

test('an external stack takes our catchers for what it does not give', () => {
  const parts = {
    OMS_POSTGRES_URL: 'postgres://postgres@db/postgres',
    OMS_KAFKA_BROKERS: 'a:9092, b:9092',
    OMS_REGISTRY_URL: 'http://registry:8081/',
  };

  expect(externalAddresses(parts)).toMatchObject({ kafkaBrokers: ['a:9092', 'b:9092'], given: {} });
  expect(externalAddresses({ ...parts, OMS_SMTP_URL: 'smtp://mail:25' }).given.mail?.smtpUrl).toBe('smtp://mail:25');
});
