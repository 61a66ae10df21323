// A stack that exists already: its addresses come from the environment; our databases and roles are created on its server.

import { databaseRole, ensureDatabases, type DatabaseRole } from './databases.ts';
import { StackError } from './failure.ts';
import { absentPart, type Given } from './surroundings.ts';
import type { Backbone } from './stack.ts';
import type { Progress } from './progress.ts';

const required = {
  OMS_POSTGRES_URL:
    'PostgreSQL 18 or newer, as a role that may create roles and databases: postgres://user:password@host:5432/postgres',
  OMS_KAFKA_BROKERS: 'Kafka, host:port separated by commas',
  OMS_REGISTRY_URL: "the schema registry, where Confluent's API begins: http://host:8081/apis/ccompat/v7",
};
const optional = {
  OMS_DATABASE_PASSWORD: "the services' roles get it; without it the role's own name is its password",
  OMS_SMTP_URL: 'a mail server instead of our catcher: smtp://user:password@host:587',
  OMS_SLACK_URL: 'an incoming webhook of Slack, together with OMS_WEBHOOK_URL, instead of our catcher',
  OMS_WEBHOOK_URL: 'a receiver of webhooks, together with OMS_SLACK_URL',
  OMS_MAIL_PAGE_URL: 'where the mails of OMS_SMTP_URL can be looked at',
};
export const externalVariables: Readonly<Record<string, string>> = { ...required, ...optional };

export type ExternalAddresses = {
  adminDatabaseUrl: string;
  kafkaBrokers: string[];
  registryUrl: string;
  databasePassword: string | undefined;
  given: Given;
};

/** Throws StackError listing every variable that is missing, and those that may be set. */
export function externalAddresses(env: NodeJS.ProcessEnv = process.env): ExternalAddresses {
  const missing = Object.keys(required).filter((name) => !env[name]);
  if (missing.length > 0)
    throw new StackError(
      [
        `OMS_STACK=external wants to know where the parts are; ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not set:`,
        ...listed(required),
        'These may be set:',
        ...listed(optional),
        'Without OMS_STACK the parts are started here.',
      ].join('\n'),
    );
  const { OMS_POSTGRES_URL = '', OMS_KAFKA_BROKERS = '', OMS_REGISTRY_URL = '' } = env;
  const { OMS_SMTP_URL, OMS_SLACK_URL, OMS_WEBHOOK_URL } = env;
  return {
    adminDatabaseUrl: OMS_POSTGRES_URL,
    kafkaBrokers: OMS_KAFKA_BROKERS.split(',').map((broker) => broker.trim()),
    registryUrl: OMS_REGISTRY_URL.replace(/\/+$/, ''),
    databasePassword: env['OMS_DATABASE_PASSWORD'],
    given: {
      ...(OMS_SMTP_URL && { mail: { smtpUrl: OMS_SMTP_URL, mailPageUrl: env['OMS_MAIL_PAGE_URL'] ?? '' } }),
      ...(OMS_SLACK_URL &&
        OMS_WEBHOOK_URL && { posts: { slackUrl: OMS_SLACK_URL, webhookUrl: OMS_WEBHOOK_URL, postsPageUrl: '' } }),
    },
  };
}

/** Throws StackError naming the part that does not answer. */
export async function useExternal(addresses: ExternalAddresses, progress: Progress): Promise<Backbone> {
  const roleOf = (service: string): DatabaseRole => {
    const role = databaseRole(service);
    return { ...role, password: addresses.databasePassword ?? role.password };
  };
  await Promise.all([
    progress.step('PostgreSQL', () =>
      ensureDatabases(addresses.adminDatabaseUrl, roleOf).catch(refuse('PostgreSQL', 'OMS_POSTGRES_URL')),
    ),
    progress.step('schema registry', () =>
      fetch(`${addresses.registryUrl}/subjects`, { signal: AbortSignal.timeout(10_000) })
        .then((reply) => {
          if (!reply.ok) throw new Error(`it answered ${reply.status} to GET /subjects`);
        })
        .catch(refuse('The schema registry', 'OMS_REGISTRY_URL')),
    ),
  ]);
  return {
    adminDatabaseUrl: addresses.adminDatabaseUrl,
    databaseUrl(service) {
      const url = new URL(addresses.adminDatabaseUrl);
      const { name, password } = roleOf(service);
      Object.assign(url, { username: name, password, pathname: `/${name}` });
      return url.href;
    },
    kafkaBrokers: addresses.kafkaBrokers,
    registryUrl: addresses.registryUrl,
    part: absentPart,
    stop: () => Promise.resolve(),
  };
}

function refuse(part: string, variable: string): (error: unknown) => never {
  return (error) => {
    const why = error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
    throw new StackError(
      `${part} at the address in ${variable} can't be used: ${why}. Is it running, and the address right?`,
    );
  };
}

function listed(variables: Record<string, string>): string[] {
  return Object.entries(variables).map(([name, what]) => `  ${name.padEnd(24)}${what}`);
}
