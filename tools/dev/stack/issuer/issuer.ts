// The development OpenID provider: discovery, keys, client credentials for services, and tokens for every caller on loopback.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Provider, type Configuration } from 'oidc-provider';
import { giveDevelopmentToken } from './development-token.ts';
import { signingKey } from './signing-key.ts';

export type IssuerClient = { id: string; secret: string; audience: string };

const serviceTokenSeconds = 3600;

/**
 * Starts the issuer; resolves when it answers. Its key lives in `dataDir`, so that tokens survive a restart.
 * Services get JWT access tokens of role `service` by the client-credentials grant (RFC 6749 4.4).
 *
 * @param options.url by which the services know it, and which its tokens name; where it listens unless given
 * @param options.isPublishedOnLoopback this is a container: whoever comes in through its port comes from this machine, by another address
 */
export async function startIssuer(options: {
  port: number;
  host: string;
  dataDir: string;
  clients: readonly IssuerClient[];
  url?: string;
  isPublishedOnLoopback?: boolean;
}): Promise<{ url: string; stop(): Promise<void> }> {
  const url = options.url ?? `http://${options.host}:${options.port}`;
  const { isPublishedOnLoopback = false } = options;
  const key = await signingKey(options.dataDir);
  const audience = options.clients[0]?.audience ?? 'oms';
  const provider = quietly(() => new Provider(url, configuration(options.clients, audience, key.privateJwk)));
  const oidc = provider.callback();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/dev/token')
      void giveDevelopmentToken(request, response, { issuer: url, audience, key, isPublishedOnLoopback });
    else void oidc(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function configuration(clients: readonly IssuerClient[], audience: string, jwk: object): Configuration {
  return {
    clients: clients.map(({ id, secret }) => ({
      client_id: id,
      client_secret: secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    jwks: { keys: [jwk] },
    ttl: { ClientCredentials: serviceTokenSeconds },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => `urn:${audience}`,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: serviceTokenSeconds,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    extraTokenClaims: () => ({ role: 'service' }),
    // every service of ours wants a UUID as the subject
    formats: {
      customizers: {
        jwt: (_context, token, parts) => {
          parts.payload['sub'] = subjectOf(token.clientId ?? '');
        },
      },
    },
  };
}

/** The same UUID for the same client, always. */
function subjectOf(clientId: string): string {
  const hex = createHash('sha256').update(`client:${clientId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The provider warns on the console that its defaults are for development: which is what this is. */
function quietly<T>(make: () => T): T {
  const { warn, info } = console;
  console.warn = console.info = () => undefined;
  try {
    return make();
  } finally {
    Object.assign(console, { warn, info });
  }
}
