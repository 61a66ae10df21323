/** The composition of the gateway: checks path, caller and rate of a request, then forwards it to the service of its path. */
import { createHttp, createIdentity, createMetrics, listen, type Logger } from '@oms/service-kit';
import type { Config } from './config.ts';
import { allowOrigins } from './http/cross-origin.ts';
import { createForwardedMethods } from './http/forwarded-methods.ts';
import { addRateLimit, type CountRequest } from './http/limits.ts';
import { createMergedDocument } from './http/merged-document.ts';
import { addMessageDocs } from './http/message-docs/routes.ts';
import { refuseAmbiguousPaths } from './http/paths.ts';
import { problems } from './http/problems.ts';
import { addForwarding } from './http/proxy.ts';
import { createRoutes } from './http/routes.ts';
import { createServiceStates } from './http/service-states.ts';
import { addSecurityHeaders } from './http/security-headers.ts';

/** It is ready when it can verify tokens. A service that is down does not change that: its own routes answer 503. */
export async function createGateway(config: Config, logger: Logger) {
  const routes = createRoutes(config);
  const identity = createIdentity({
    issuerUrl: config.ISSUER_URL,
    audience: config.TOKEN_AUDIENCE,
    keysTrustedHours: config.JWKS_TRUSTED_HOURS,
  });
  const metrics = createMetrics('gateway');
  const apiDocument = createMergedDocument(routes, config.PUBLIC_URL);
  let countRequest: CountRequest = () => Promise.resolve();
  const http = await createHttp({
    name: 'gateway',
    description: 'The public API of the order management system.',
    version: '0.1.0',
    problems,
    identity,
    logger,
    metrics,
    ready: { identity: () => identity.ready() },
    others: createServiceStates(routes),
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    deadlineMs: config.UPSTREAM_TIMEOUT_MS,
    trustedProxies: config.TRUSTED_PROXIES,
    apiDocument,
    onInvalidUrl: (request, reply) => countRequest(request, reply),
    methodsElsewhere: createForwardedMethods(routes, apiDocument),
  });
  await addSecurityHeaders(http);
  if (config.CORS_ORIGINS) await allowOrigins(http, config.CORS_ORIGINS.split(','));
  countRequest = await addRateLimit(http, identity, config.RATE_LIMIT_PER_MINUTE);
  refuseAmbiguousPaths(http);
  await http.register(
    (scope) => new Promise<void>((resolve) => resolve(addForwarding(scope, { routes, limits: config, metrics }))),
  );
  addMessageDocs(http);
  http.get('/', { config: { public: true } }, () => ({
    docs: '/docs',
    openapi: '/openapi.json',
    messages: '/docs/messages',
    asyncapi: '/asyncapi.json',
  }));

  return {
    http,
    start: () => listen(http, config),
    stop: () => http.close(),
  };
}
