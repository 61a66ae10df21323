// The issuer is a real OpenID provider: our own token verification and standard clients work with it.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createHmac, createPublicKey, randomUUID } from 'node:crypto';
import { request as startRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createIdentity, createServiceToken } from '@oms/service-kit';
import { freePorts } from '../ports.ts';
import { isOfThisMachine } from './development-token.ts';
import { startIssuer } from './issuer.ts';

const clients = [
  { id: 'order', secret: 'order: secret/+%&', audience: 'oms' },
  { id: 'inventory', secret: 'inventory-secret', audience: 'oms' },
];
let dataDir: string;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
const loud = vi.spyOn(console, 'warn');

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'oms-issuer-'));
  issuer = await startIssuer({ host: '127.0.0.1', port: (await freePorts()).issuer, dataDir, clients });
});
afterAll(async () => {
  await issuer.stop();
  await rm(dataDir, { recursive: true });
});

async function requestToken(body: unknown) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${issuer.url}/dev/token`, init);
  const fields = (await response.json()) as Record<string, string>;
  return { ...fields, status: response.status } as Record<string, unknown>;
}
const tokenOf = async (body: object) => String((await requestToken(body))['token']);
const ourIdentity = (given: object = {}) => createIdentity({ issuerUrl: issuer.url, audience: 'oms', ...given });
const refused = (token: string, identity = ourIdentity()) =>
  expect((async () => identity.verify(token))()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });

describe('a development token', () => {
  test('names whom it was asked for, and its own end', async () => {
    const sub = randomUUID();
    const given = await requestToken({ role: 'staff', sub, ttlSeconds: 60 });
    expect(given).toMatchObject({ status: 200, sub, role: 'staff' });
    const lifeMs = Date.parse(String(given['expiresAt'])) - Date.now();
    expect(lifeMs).toBeGreaterThan(50_000);
    expect(lifeMs).toBeLessThanOrEqual(60_000);
    expect(await ourIdentity().verify(String(given['token']))).toEqual({ id: sub, role: 'staff' });
  });

  test('is of a new person when none is named', async () => {
    const [one, other] = [await requestToken({ role: 'customer' }), await requestToken({ role: 'customer' })];
    expect(one['sub']).not.toBe(other['sub']);
  });

  test.each([
    ['an unknown role', { role: 'owner' }, 'role is "owner", and must be one of customer, staff, admin, service'],
    ['no role', {}, 'role is undefined'],
    ['a sub that is no UUID', { role: 'staff', sub: '1' }, 'sub is "1", and must be a UUID'],
    ['a life without end', { role: 'staff', ttlSeconds: 1e9 }, 'ttlSeconds is 1000000000'],
    ['no object', 'staff', 'the body is no JSON object'],
  ])('is not given for %s', async (_what, body, reason) => {
    expect(await requestToken(body)).toMatchObject({
      status: 400,
      error_description: expect.stringContaining(reason) as string,
    });
  });

  test('is not given to a page that came under a name of its own', async () => {
    const status = await new Promise((resolve, reject) => {
      startRequest(`${issuer.url}/dev/token`, { method: 'POST', headers: { host: 'evil.example' } }, (answer) =>
        resolve(answer.resume().statusCode),
      )
        .on('error', reject)
        .end('{"role":"admin"}');
    });
    expect(status).toBe(403);
  });
});

test.each([
  ['of this machine', '127.0.0.1', '127.0.0.1:3005', false, true],
  ['of another machine', '192.168.1.20', '127.0.0.1:3005', false, false],
  ['of a page with a name of its own', '127.0.0.1', 'evil.example', false, false],
  ['through the port of a container', '172.18.0.1', 'localhost:3005', true, true],
  ['of such a page through the port of a container', '172.18.0.1', 'evil.example', true, false],
  ['of another container, by our name in their network', '172.18.0.7', 'issuer:3005', true, false],
])('a caller %s', (_what, address, host, isPublishedOnLoopback, near) => {
  expect(isOfThisMachine({ address, host, isPublishedOnLoopback })).toBe(near);
});

describe('a service', () => {
  test('gets a token by its credentials, always with the same UUID of its own', async () => {
    const tokenFor = (client: (typeof clients)[number]) =>
      createServiceToken({ issuerUrl: issuer.url, clientId: client.id, clientSecret: client.secret, audience: 'oms' });
    const [order, inventory] = [tokenFor(clients[0]!), tokenFor(clients[1]!)];
    const first = await ourIdentity().verify(await order());
    expect(first).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, role: 'service' });
    expect(await ourIdentity().verify(await tokenFor(clients[0]!)())).toEqual(first);
    expect((await ourIdentity().verify(await inventory())).id).not.toBe(first.id);
    expect(await order(), 'kept until shortly before its end').toBe(await order());
  });

  test('gets none with a wrong secret', async () => {
    const token = createServiceToken({ issuerUrl: issuer.url, clientId: 'order', clientSecret: 'x', audience: 'oms' });
    await expect(token()).rejects.toThrow('/token answered 4');
  });
});

describe('our identity check refuses', () => {
  test('a token for another audience', async () => {
    await refused(await tokenOf({ role: 'staff' }), ourIdentity({ audience: 'other' }));
  });

  test('a token that has expired', async () => {
    const identity = ourIdentity();
    const token = await tokenOf({ role: 'staff', ttlSeconds: 1 });
    expect(await identity.verify(token)).toMatchObject({ role: 'staff' });
    await vi.waitFor(() => refused(token, identity), { timeout: 5_000, interval: 100 });
  });

  test('a token without signature, and one signed with the public key as a secret', async () => {
    const [, payload] = (await tokenOf({ role: 'admin' })).split('.');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    await refused(`${part({ alg: 'none' })}.${payload}.`);
    const { keys } = (await (await fetch(`${issuer.url}/jwks`)).json()) as { keys: { kid: string }[] };
    const pem = createPublicKey({ key: keys[0] as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const signed = `${part({ alg: 'HS256', kid: keys[0]?.kid })}.${payload}`;
    await refused(`${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`);
  });

  test('a token of another issuer with our name', async () => {
    const token = await new SignJWT({ role: 'admin', iss: issuer.url, aud: 'oms', sub: randomUUID() })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from('a secret of 32 bytes, as HS256 needs'));
    await refused(token);
  });
});

test('discovery names what there is, and the key set shows no private part', async () => {
  const discovery = await fetch(`${issuer.url}/.well-known/openid-configuration`);
  expect(await discovery.json()).toMatchObject({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
  const { keys } = (await (await fetch(`${issuer.url}/jwks`)).json()) as { keys: object[] };
  expect(keys).toEqual([expect.objectContaining({ kty: 'EC', alg: 'ES256', use: 'sig' })]);
  expect(keys[0]).not.toHaveProperty('d');
});

test('tokens survive a restart, as the key is kept where only its owner can read it', async () => {
  const token = await tokenOf({ role: 'admin' });
  const { port } = new URL(issuer.url);
  await issuer.stop();
  issuer = await startIssuer({ host: '127.0.0.1', port: Number(port), dataDir, clients });
  expect(await ourIdentity().verify(token)).toMatchObject({ role: 'admin' });
  const [file = ''] = await readdir(join(dataDir, 'issuer'));
  expect((await stat(join(dataDir, 'issuer', file))).mode & 0o777).toBe(0o600);
});

test('it warns of nothing', () => {
  expect(loud).not.toHaveBeenCalled();
});
