// A token issuer of a test's own: discovery and keys over HTTP on loopback, tokens signed here.
import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type KeyPair = { kid: string; alg: 'EdDSA' | 'RS256'; privateKey: KeyObject; publicKey: KeyObject };
export type TinyIssuer = Awaited<ReturnType<typeof openTinyIssuer>>;
type Signing = { key?: KeyPair; header?: Record<string, unknown> };

export function ed25519Key(kid: string): KeyPair {
  return { kid, alg: 'EdDSA', ...generateKeyPairSync('ed25519') };
}

export function rsaKey(kid: string): KeyPair {
  return { kid, alg: 'RS256', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

export async function openTinyIssuer(first: KeyPair = ed25519Key('first')) {
  let published = [first];
  let isAway = false;
  let keyRequests = 0;
  let isSilent = false;
  let foreign: { status: number; body: string } | undefined;
  const server = createServer((request, response) => {
    if (isSilent) return;
    if (foreign) {
      response.writeHead(foreign.status).end(foreign.body);
      return;
    }
    if (isAway) {
      response.writeHead(500).end();
      return;
    }
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    if (!isDiscovery) keyRequests += 1;
    const document = isDiscovery
      ? { issuer: issuerUrl, jwks_uri: `${issuerUrl}/jwks` }
      : { keys: published.map(({ kid, alg, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, alg })) };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    issuerUrl,
    /** How often the keys were asked for. */
    keyRequests: () => keyRequests,
    publish(...keys: KeyPair[]) {
      published = keys;
    },
    goAway() {
      isAway = true;
    },
    /** Takes requests and never answers. */
    fallSilent() {
      isSilent = true;
    },
    /** Something else answers at its address. */
    isReplacedBy(answer: { status: number; body: string }) {
      foreign = answer;
    },
    comeBack() {
      isAway = false;
      foreign = undefined;
    },
    /** A token with these claims over the usual good ones; undefined takes a claim out. */
    token(claims: Record<string, unknown> = {}, { key = first, header = {} }: Signing = {}): string {
      const nowSeconds = Math.floor(Date.now() / 1000);
      const usual = { iss: issuerUrl, aud: 'oms', sub: randomUUID(), role: 'customer', exp: nowSeconds + 300 };
      const parts = [
        { typ: 'JWT', alg: key.alg, kid: key.kid, ...header },
        { ...usual, ...claims },
      ];
      const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      const signature = sign(key.alg === 'EdDSA' ? null : 'sha256', Buffer.from(signed), key.privateKey);
      return `${signed}.${signature.toString('base64url')}`;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
