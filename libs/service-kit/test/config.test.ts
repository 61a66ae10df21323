// The settings are valid, or one error names everything that is wrong with them.
import { describe, expect, test } from 'vitest';
import {
  ConfigError,
  databaseSettings,
  identitySettings,
  kafkaSettings,
  loadConfig,
  processSettings,
  serviceClientSettings,
  Type,
} from '../src/index.ts';

const settings = Type.Object({
  ...processSettings,
  ...databaseSettings,
  ...kafkaSettings,
  ...identitySettings,
  ...serviceClientSettings,
});
const good = {
  PORT: '3001',
  DATABASE_URL: 'postgres://oms_small:hunter2@127.0.0.1/oms_small',
  KAFKA_BROKERS: 'one:9092,two:9093',
  REGISTRY_URL: 'http://127.0.0.1:8081',
  ISSUER_URL: 'http://127.0.0.1:3005',
  SERVICE_CLIENT_ID: 'small',
  SERVICE_CLIENT_SECRET: 'hunter2',
};

function refusalOf(env: NodeJS.ProcessEnv): string {
  try {
    loadConfig(settings, env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('the settings were taken');
}

describe('settings', () => {
  test('are converted to their types, get their defaults, and leave out what nobody asked for', () => {
    const config = loadConfig(settings, { ...good, HOME: '/root' });
    expect(config).toEqual({
      ...good,
      PORT: 3001,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      DATABASE_POOL_MAX: 10,
      TOKEN_AUDIENCE: 'oms',
      JWKS_TRUSTED_HOURS: 12,
    });
  });

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadConfig(settings, good))).toBe(true);
  });

  test('that are missing or wrong are all named, each with what it should be', () => {
    const message = refusalOf({
      ...good,
      PORT: 'http',
      LOG_LEVEL: 'loud',
      KAFKA_BROKERS: 'one',
      ISSUER_URL: undefined,
    });
    expect(message.split('\n').slice(1).sort()).toEqual([
      expect.stringMatching(/^ {2}ISSUER_URL is missing: the OpenID provider/),
      expect.stringMatching(/^ {2}KAFKA_BROKERS .*"one" is not: host:port of the brokers/),
      expect.stringMatching(/^ {2}LOG_LEVEL must be one of trace, .*"loud" is not/),
      expect.stringMatching(/^ {2}PORT must be integer, "http" is not: port to listen on/),
    ]);
  });

  test('that are empty count as not there', () => {
    expect(refusalOf({ ...good, SERVICE_CLIENT_SECRET: '' })).toContain('SERVICE_CLIENT_SECRET is missing');
    expect(loadConfig(settings, { ...good, LOG_LEVEL: '' }).LOG_LEVEL).toBe('info');
  });

  test('that mean nothing alone are refused alone, with what they want', () => {
    const message = refusalOf({ ...good, KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_TLS_CA_FILE: '/ca.crt' });
    expect(message.split('\n').slice(1)).toEqual([
      '  KAFKA_TLS_CA_FILE requires KAFKA_TLS=true: set all of them, or none',
      '  KAFKA_SASL_MECHANISM requires KAFKA_USERNAME and KAFKA_PASSWORD: set all of them, or none',
    ]);
    expect(refusalOf({ ...good, KAFKA_TLS: 'false', KAFKA_TLS_CA_FILE: '/ca.crt' })).toContain(
      'requires KAFKA_TLS=true',
    );
    expect(refusalOf({ ...good, KAFKA_PASSWORD: 'hunter2' })).toMatch(
      /^ {2}KAFKA_PASSWORD requires KAFKA_SASL_MECHANISM:/m,
    );
  });

  test('that hold secrets are not quoted', () => {
    expect(refusalOf({ ...good, DATABASE_URL: 'mysql://root:hunter2@db' })).not.toContain('hunter2');
  });
});
