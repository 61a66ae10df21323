// What each service is told by its environment when it runs on a development or test stack.

import type { Service, ServicePorts } from '../stack/index.ts';
import type { StackAddresses } from '../stack/running-stack.ts';

type Environment = Record<string, string>;

const host = '127.0.0.1';
// Signs nothing of worth: the receiver in development is our own catcher.
const webhookSecret = `whsec_${Buffer.from('webhooks of the development stack').toString('base64')}`;

export function urlOf(service: Service, ports: ServicePorts): string {
  return `http://${host}:${ports[service]}`;
}

export function environmentOf(service: Service, stack: StackAddresses, ports: ServicePorts): Environment {
  const url = (other: Service) => urlOf(other, ports);
  const everyone = {
    HOST: host,
    PORT: String(ports[service]),
    ISSUER_URL: stack.issuerUrl,
    TOKEN_AUDIENCE: 'oms',
  };
  const client = () => {
    const { id, secret } = stack.serviceClient(service);
    return { SERVICE_CLIENT_ID: id, SERVICE_CLIENT_SECRET: secret };
  };
  const memory = () => ({
    DATABASE_URL: stack.databaseUrl(service),
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    REGISTRY_URL: stack.registryUrl,
  });
  const own: Record<Service, () => Environment> = {
    gateway: () => ({
      ORDER_URL: url('order'),
      INVENTORY_URL: url('inventory'),
      ANALYTICS_URL: url('analytics'),
      NOTIFICATION_URL: url('notification'),
    }),
    order: () => ({ ...memory(), ...client(), INVENTORY_URL: url('inventory') }),
    inventory: () => ({ ...memory(), ...client(), ORDER_URL: url('order') }),
    analytics: () => memory(),
    notification: () => ({
      ...memory(),
      SMTP_URL: stack.smtpUrl,
      SLACK_WEBHOOK_URL: stack.slackUrl,
      WEBHOOK_URL: stack.webhookUrl,
      WEBHOOK_SECRET: webhookSecret,
    }),
  };
  return { ...everyone, ...own[service]() };
}
