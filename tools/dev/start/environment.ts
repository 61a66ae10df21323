// The environment of each service on a development or test stack.

import type { Service, ServicePorts } from '../stack/index.ts';
import { databaseServices, planOf } from '../stack/services.ts';
import { managementPort } from '../stack/ports.ts';
import type { StackAddresses } from '../stack/running-stack.ts';

type Environment = Record<string, string>;

const host = '127.0.0.1';
// Signs nothing of worth: the receiver in development is our own catcher.
const webhookSecret = `whsec_${Buffer.from('webhooks of the development stack').toString('base64')}`;

export function urlOf(service: Service, ports: ServicePorts): string {
  return `http://${host}:${ports[service]}`;
}

export function managementUrlOf(service: Service, ports: ServicePorts): string {
  return `http://${host}:${ports[managementPort(service)]}`;
}

export function environmentOf(service: Service, stack: StackAddresses, ports: ServicePorts): Environment {
  const everyone = {
    HOST: host,
    PORT: String(ports[service]),
    MANAGEMENT_PORT: String(ports[managementPort(service)]),
    ISSUER_URL: stack.issuerUrl,
    TOKEN_AUDIENCE: 'oms',
  };
  if (service === 'gateway') {
    return { ...everyone, ...addresses(databaseServices, ports), ...managementAddresses(databaseServices, ports) };
  }
  const { calls = [] } = planOf(service);
  const { id, secret } = stack.serviceClient(service);
  return {
    ...everyone,
    DATABASE_URL: stack.databaseUrl(service),
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    REGISTRY_URL: stack.registryUrl,
    ...addresses(calls, ports),
    ...(calls.length > 0 && { SERVICE_CLIENT_ID: id, SERVICE_CLIENT_SECRET: secret }),
    ...(service === 'notification' && {
      SMTP_URL: stack.smtpUrl,
      SLACK_WEBHOOK_URL: stack.slackUrl,
      WEBHOOK_URL: stack.webhookUrl,
      WEBHOOK_SECRET: webhookSecret,
    }),
  };
}

/** As their callers' settings name them: ORDER_URL. */
function addresses(called: readonly Service[], ports: ServicePorts): Environment {
  return Object.fromEntries(called.map((service) => [`${service.toUpperCase()}_URL`, urlOf(service, ports)]));
}

/** As the gateway's settings name them: ORDER_MANAGEMENT_URL. */
function managementAddresses(shown: readonly Service[], ports: ServicePorts): Environment {
  return Object.fromEntries(
    shown.map((service) => [`${service.toUpperCase()}_MANAGEMENT_URL`, managementUrlOf(service, ports)]),
  );
}
