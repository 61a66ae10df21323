// The map of the gateway: a path in order, a known caller, not too often - then on to the service whose path it is.
import { createHttp, createIdentity, createMetrics, type Logger } from '@oms/service-kit';
import type { Config } from './config.ts';
import { openToPages } from './http/cross-origin.ts';
import { limitRates } from './http/limits.ts';
import { createMergedDocument } from './http/merged-document.ts';
import { addMessageDocs } from './http/message-docs/routes.ts';
import { refuseOddPaths } from './http/paths.ts';
import { problems } from './http/problems.ts';
import { passOn } from './http/proxy.ts';
import { createRoutes } from './http/routes.ts';
import { createServiceStates } from './http/service-states.ts';
import { protectPages } from './http/security-headers.ts';

/** Puts the gateway together. It is ready when it can check tokens; services that are down answer for themselves, by 503. */
export async function createGateway(config: Config, logger: Logger) {
  const routes = createRoutes(config);
  const identity = createIdentity({
    issuerUrl: config.ISSUER_URL,
    audience: config.TOKEN_AUDIENCE,
    keysTrustedHours: config.JWKS_TRUSTED_HOURS,
  });
  const http = await createHttp({
    name: 'gateway',
    description: 'The public API of the order management system.',
    version: '0.1.0',
    problems,
    identity,
    logger,
    metrics: createMetrics('gateway'),
    ready: { identity: () => identity.ready() },
    others: createServiceStates(routes),
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    apiDocument: createMergedDocument(routes),
  });
  refuseOddPaths(http);
  await protectPages(http);
  if (config.CORS_ORIGINS) await openToPages(http, config.CORS_ORIGINS.split(','));
  await limitRates(http, config.RATE_LIMIT_PER_MINUTE);
  await http.register((scope) => new Promise<void>((resolve) => resolve(passOn(scope, routes, config))));
  addMessageDocs(http);
  http.get('/', { config: { public: true } }, () => ({
    docs: '/docs',
    openapi: '/openapi.json',
    messages: '/docs/messages',
    asyncapi: '/asyncapi.json',
    health: '/health/ready',
  }));

  return {
    http,
    start: () => http.listen({ host: config.HOST, port: config.PORT }),
    stop: () => http.close(),
  };
}
