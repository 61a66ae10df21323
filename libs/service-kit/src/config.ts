/** Configuration comes from the environment: checked against a schema at the start, then frozen. */

import AjvCompiler from '@fastify/ajv-compiler';
import { Type, type Static, type TObject } from 'typebox';

type SettingError = { keyword: string; instancePath: string; params: Record<string, unknown>; message?: string };

export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
    // The reader has set a variable wrongly; a stack trace of our code would not help.
    this.stack = `ConfigError: ${message}`;
  }
}

export const processSettings = {
  HOST: Type.String({ default: '127.0.0.1', minLength: 1, description: 'address to listen on' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, description: 'port to listen on' }),
  MANAGEMENT_PORT: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: 'port for health and metrics; 100 above PORT unless set',
    }),
  ),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'lowest level that is logged',
  }),
};

export const databaseSettings = {
  DATABASE_URL: Type.String({
    pattern: '^postgres(ql)?://',
    description:
      "address of the service's own database, PostgreSQL 18 or newer; by TLS with `?sslmode=verify-full&sslrootcert=FILE`",
  }),
  DATABASE_POOL_MAX: Type.Integer({
    minimum: 1,
    maximum: 200,
    default: 10,
    description: 'maximum number of connections',
  }),
};

export const sessionSettings = {
  DATABASE_SESSION_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description:
        'the same database for what needs a session of its own (the lock of the relay, migrations), if `DATABASE_URL` leads to a pooler in transaction mode; `DATABASE_URL` unless set',
    }),
  ),
};

export const queueSettings = {
  QUEUE_MAX: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 10_000,
    description:
      'maximum number of commands that wait for a transaction, at most half of them of one caller; beyond it 503 TOO_BUSY',
  }),
};

export const kafkaSettings = {
  KAFKA_BROKERS: Type.String({
    pattern: '^[^,\\s:]+:\\d+(,[^,\\s:]+:\\d+)*$',
    description: 'host:port of the brokers, separated by commas',
  }),
  KAFKA_TLS: Type.Optional(Type.Boolean({ description: 'true: connect to the brokers with TLS' })),
  KAFKA_TLS_CA_FILE: Type.Optional(
    Type.String({
      needs: ['KAFKA_TLS'],
      description: 'file (PEM) of the certificate authorities of the brokers, instead of those of Node',
    }),
  ),
  KAFKA_TLS_CERT_FILE: Type.Optional(
    Type.String({
      needs: ['KAFKA_TLS', 'KAFKA_TLS_KEY_FILE'],
      description: 'file (PEM) of the client certificate, for brokers that require one',
    }),
  ),
  KAFKA_TLS_KEY_FILE: Type.Optional(
    Type.String({ needs: ['KAFKA_TLS_CERT_FILE'], description: 'file (PEM) of the key of the client certificate' }),
  ),
  KAFKA_SASL_MECHANISM: Type.Optional(
    Type.Enum(['plain', 'scram-sha-256', 'scram-sha-512'], {
      needs: ['KAFKA_USERNAME', 'KAFKA_PASSWORD'],
      description: 'how the service authenticates to the brokers; not at all unless set',
    }),
  ),
  KAFKA_USERNAME: Type.Optional(
    Type.String({ needs: ['KAFKA_SASL_MECHANISM'], description: 'the Kafka user of the service' }),
  ),
  KAFKA_PASSWORD: Type.Optional(
    Type.String({ needs: ['KAFKA_SASL_MECHANISM'], description: 'the password of the Kafka user' }),
  ),
  REGISTRY_URL: Type.String({
    pattern: '^https?://',
    description: 'address of the schema registry, with user and password if it requires them',
  }),
};

export const identitySettings = {
  ISSUER_URL: Type.String({ pattern: '^https?://', description: 'the OpenID provider whose tokens are accepted' }),
  TOKEN_AUDIENCE: Type.String({ minLength: 1, default: 'oms', description: 'the audience that tokens must have' }),
  JWKS_TRUSTED_HOURS: Type.Integer({
    minimum: 1,
    maximum: 720,
    default: 12,
    description: "how long the provider's keys are trusted while they cannot be fetched again",
  }),
};

export const serviceClientSettings = {
  SERVICE_CLIENT_ID: Type.String({ minLength: 1, description: "the service's own client at the OpenID provider" }),
  SERVICE_CLIENT_SECRET: Type.String({ minLength: 1, description: "the secret of the service's own client" }),
};

/** Whether the process stops when the process that started it ends (development and tests). */
export function followsParent(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['OMS_PARENT_PIPE'] === '1';
}

/** The service name in traces, from OpenTelemetry's own variables; undefined when traces are not exported. */
export function tracedAs(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const isDisabled = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
  return endpoint && !isDisabled ? env['OTEL_SERVICE_NAME'] || name : undefined;
}

/**
 * The settings that `schema` names, converted to its types; other variables are ignored. A setting that requires others names them
 * in `needs`.
 *
 * @throws ConfigError with every variable that is missing or wrong, and what each must be
 */
export function loadConfig<T extends TObject>(schema: T, env: NodeJS.ProcessEnv = process.env): Readonly<Static<T>> {
  const names = Object.keys(schema.properties);
  // An empty variable counts as not set: compose files and charts write `X=` for that.
  const given: Record<string, unknown> = Object.fromEntries(
    names.map((name) => [name, env[name]] as const).filter(([, value]) => value),
  );
  // Fastify's own validator: env-schema would add a second copy of ajv to every service (4 MB).
  const customOptions = { allErrors: true, coerceTypes: true, useDefaults: true, keywords: ['needs'] };
  const check = AjvCompiler()({}, { customOptions })({ schema });
  const errors = check(given) === true ? [] : (check.errors ?? []);
  const lines = new Set([...explain(schema, given, errors), ...missingNeeds(schema, given)]);
  if (lines.size === 0) return Object.freeze(given) as Readonly<Static<T>>;
  throw new ConfigError(
    `The configuration is not valid. Set these environment variables and start again:\n${[...lines].join('\n')}`,
  );
}

function explain(schema: TObject, given: Record<string, unknown>, errors: readonly SettingError[]): string[] {
  return errors.map((error) => {
    const missing = error.keyword === 'required';
    const name = missing ? String(error.params['missingProperty']) : error.instancePath.slice(1);
    const description = (schema.properties[name] as { description?: string } | undefined)?.description ?? 'a setting';
    if (missing) return `  ${name} is missing: ${description}`;
    const value = /SECRET|PASSWORD|TOKEN$|_URL$/.test(name) ? 'the given value' : JSON.stringify(given[name]);
    const allowed = error.params['allowedValues'];
    const rule = Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : error.message;
    return `  ${name} ${rule}, ${value} is not: ${description}`;
  });
}

function missingNeeds(schema: TObject, given: Record<string, unknown>): string[] {
  const isSet = (name: string) => given[name] !== undefined && given[name] !== false;
  const settings = schema.properties as Record<string, { type?: string; needs?: readonly string[] }>;
  return Object.entries(settings).flatMap(([name, { needs = [] }]) => {
    // A program may read only some of the settings.
    const wanted = isSet(name) ? needs.filter((other) => settings[other] && !isSet(other)) : [];
    const named = wanted.map((other) => (settings[other]?.type === 'boolean' ? `${other}=true` : other));
    return named.length === 0 ? [] : [`  ${name} requires ${named.join(' and ')}: set all of them, or none`];
  });
}
