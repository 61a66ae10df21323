// Only a valid token of the issuer for our audience identifies a caller. While the keys are unknown, the error is a 503 and not a 401.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIdentity } from '../src/index.ts';
import { openSmallService, type SmallService } from './small-service.ts';
import { ed25519Key, openTinyIssuer, rsaKey, type TinyIssuer } from './tiny-issuer.ts';

const firstKey = ed25519Key('first');
const customerId = '6F1B6A4E-6c4f-4c7e-9d60-6c9a4b6f0a11';
let issuer: TinyIssuer;
let http: SmallService;

beforeAll(async () => {
  issuer = await openTinyIssuer(firstKey);
  http = await openSmallService({ identity: createIdentity({ issuerUrl: issuer.issuerUrl, audience: 'oms' }) });
});
afterAll(async () => {
  await http.close();
  await issuer.close();
});

async function ask(token: string, at: SmallService = http) {
  const reply = await at.inject({
    method: 'POST',
    url: '/v1/dishes',
    payload: { name: 'soup', count: 1 },
    headers: { authorization: `Bearer ${token}` },
  });
  const { code, by } = reply.json<{ code?: string; by?: string }>();
  return { status: reply.statusCode, code, by, retryAfter: reply.headers['retry-after'] };
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const payloadOf = (token: string) => token.split('.')[1] ?? '';

describe('a token', () => {
  test('of the issuer, for us and in time, names its caller', async () => {
    expect(await ask(issuer.token({ role: 'staff' }))).toMatchObject({ status: 200, by: 'staff' });
    const identity = createIdentity({ issuerUrl: issuer.issuerUrl, audience: 'oms' });
    const caller = await identity.verify(issuer.token({ sub: customerId, role: 'customer', aud: ['x', 'oms'] }));
    expect(caller).toEqual({ id: customerId.toLowerCase(), role: 'customer' });
  });

  test('that was accepted is answered at once the next time', async () => {
    const identity = createIdentity({ issuerUrl: issuer.issuerUrl, audience: 'oms' });
    const token = issuer.token();
    const caller = await identity.verify(token);
    expect(identity.verify(token)).toEqual(caller);
  });

  const pastSeconds = Math.floor(Date.now() / 1000) - 1;
  test.each<[string, Record<string, unknown>]>([
    ['for another audience', { aud: 'other' }],
    ['for nobody', { aud: undefined }],
    ['of another issuer', { iss: 'http://127.0.0.1:1' }],
    ['of no issuer', { iss: undefined }],
    ['expired', { exp: pastSeconds }],
    ['without an end', { exp: undefined }],
    ['not valid yet', { nbf: pastSeconds + 600 }],
    ['without a sub', { sub: undefined }],
    ['with a sub that is no UUID', { sub: 'root' }],
    ['with a sub that is no text', { sub: 7 }],
    ['with an unknown role', { role: 'owner' }],
    ['with a list of roles', { role: ['admin'] }],
    ['without a role', { role: undefined }],
  ])('%s is refused', async (_what, claims) => {
    expect(await ask(issuer.token({ role: 'staff', ...claims }))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
    });
  });

  test.each<[string, () => string]>([
    ['that is none', () => 'no.token.atall'],
    ['with alg none', () => `${base64url({ alg: 'none' })}.${payloadOf(issuer.token({ role: 'staff' }))}.`],
    ['with a crit header', () => issuer.token({ role: 'staff' }, { header: { crit: ['b64'], b64: false } })],
    ['signed by a stranger with our key id', () => issuer.token({ role: 'staff' }, { key: ed25519Key('first') })],
    ['signed with a key nobody published', () => issuer.token({ role: 'staff' }, { key: ed25519Key('unknown') })],
    ['that names another algorithm than its key has', () => issuer.token({ role: 'staff' }, { key: rsaKey('first') })],
    ['with changed claims', () => swapClaims(issuer.token({ role: 'customer' }), issuer.token({ role: 'admin' }))],
    ['that is endless', () => issuer.token({ role: 'staff', filler: 'x'.repeat(9_000) })],
  ])('%s is refused', async (_what, make) => {
    expect(await ask(make())).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('signed with the public key as if it were a shared secret is refused', async () => {
    const pem = firstKey.publicKey.export({ type: 'spki', format: 'pem' });
    const signed = `${base64url({ alg: 'HS256', kid: 'first' })}.${payloadOf(issuer.token({ role: 'staff' }))}`;
    const mac = createHmac('sha256', pem).update(signed).digest('base64url');
    expect(await ask(`${signed}.${mac}`)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  function swapClaims(token: string, other: string): string {
    const [header, , signature] = token.split('.');
    return [header, payloadOf(other), signature].join('.');
  }
});

describe("the issuer's keys", () => {
  const openWith = async (own: TinyIssuer) =>
    openSmallService({ identity: createIdentity({ issuerUrl: own.issuerUrl, audience: 'oms' }) });
  const minuteMs = 60_000;
  const farAway = Math.floor(Date.now() / 1000) + 7 * 24 * 3600;

  async function openWithClock(options: { keysTrustedHours?: number } = {}) {
    const own = await openTinyIssuer();
    let nowMs = Date.now();
    const identity = createIdentity({ issuerUrl: own.issuerUrl, audience: 'oms', now: () => nowMs, ...options });
    const service = await openSmallService({ identity });
    return {
      own,
      identity,
      clock: { add: (ms: number) => (nowMs += ms) },
      statusOf: async (token: string) => (await ask(token, service)).status,
      close: async () => {
        await service.close();
        await own.close();
      },
    };
  }

  test('that cannot be had make it 503 and not 401; a token is read again when they can', async () => {
    const own = await openTinyIssuer();
    own.goAway();
    const service = await openWith(own);
    const token = own.token({ role: 'staff' });
    expect(await ask(token, service)).toMatchObject({ status: 503, code: 'IDENTITY_UNAVAILABLE', retryAfter: '2' });
    own.comeBack();
    await expect.poll(async () => (await ask(token, service)).status, { timeout: 5_000 }).toBe(200);
    await service.close();
    await own.close();
  });

  test('are kept while the issuer is away, once they are known', async () => {
    const own = await openTinyIssuer();
    const service = await openWith(own);
    expect((await ask(own.token({ role: 'staff' }), service)).status).toBe(200);
    own.goAway();
    expect((await ask(own.token({ role: 'admin' }), service)).status).toBe(200);
    await service.close();
    await own.close();
  });

  test('are fetched again after 10 minutes at the latest: a token of a withdrawn key is refused, also one verified before', async () => {
    const { own, clock, statusOf, close } = await openWithClock();
    const token = own.token({ role: 'staff', exp: farAway });
    expect(await statusOf(token)).toBe(200);
    own.publish(ed25519Key('second'));
    clock.add(10 * minuteMs);
    expect(await statusOf(token)).toBe(401);
    expect(own.keyRequests()).toBe(2);
    await close();
  });

  test('are fetched in the background from their fifth minute on, and no request waits', async () => {
    const { own, clock, statusOf, close } = await openWithClock();
    const token = own.token({ role: 'staff', exp: farAway });
    expect(await statusOf(token)).toBe(200);
    own.publish(ed25519Key('second'));
    clock.add(5 * minuteMs);
    expect(await statusOf(token)).toBe(200);
    await expect.poll(() => statusOf(token)).toBe(401);
    await close();
  });

  test('stay what they are when the same set is published: nothing is verified again', async () => {
    const { own, clock, identity, close } = await openWithClock();
    const token = own.token({ role: 'staff', exp: farAway });
    const caller = await identity.verify(token);
    clock.add(10 * minuteMs);
    expect(await identity.verify(token)).toEqual(caller);
    expect(own.keyRequests()).toBe(2);
    expect(identity.verify(token)).toEqual(caller);
    await close();
  });

  test('that cannot be fetched again are trusted for the configured time and no longer', async () => {
    const { own, clock, identity, statusOf, close } = await openWithClock({ keysTrustedHours: 2 });
    const token = own.token({ role: 'staff', exp: farAway });
    expect(await statusOf(token)).toBe(200);
    own.goAway();
    clock.add(119 * minuteMs);
    expect(await statusOf(token)).toBe(200);
    expect(await statusOf(own.token({ role: 'staff', exp: farAway }))).toBe(200);
    clock.add(minuteMs);
    expect(await statusOf(token)).toBe(503);
    expect(await identity.ready()).toBe(false);
    own.comeBack();
    clock.add(1_000);
    expect(await statusOf(token)).toBe(200);
    await close();
  });

  test('of an issuer that does not answer cost one request the deadline of the fetch, and the next none', async () => {
    const { own, clock, statusOf, close } = await openWithClock();
    const token = own.token({ role: 'staff', exp: farAway });
    expect(await statusOf(token)).toBe(200);
    own.fallSilent();
    clock.add(10 * minuteMs);
    expect(await statusOf(token)).toBe(200);
    const startedAt = performance.now();
    for (let passed = 0; passed < 4; passed += 1) {
      clock.add(6_000);
      expect(await statusOf(token)).toBe(200);
    }
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await close();
  });

  test('are old when the clock was set back', async () => {
    const { own, clock, statusOf, close } = await openWithClock();
    const token = own.token({ role: 'staff', exp: farAway });
    expect(await statusOf(token)).toBe(200);
    own.publish(ed25519Key('second'));
    clock.add(-60 * minuteMs);
    expect(await statusOf(token)).toBe(401);
    await close();
  });

  test.each([
    ['a page', { status: 200, body: '<html>Sign in to the network</html>' }],
    ['nothing', { status: 200, body: '' }],
    ['cut JSON', { status: 200, body: '{"keys":[' }],
    ['null', { status: 200, body: 'null' }],
    ['JSON of something else', { status: 200, body: '{"error":"no route"}' }],
    ['a 404', { status: 404, body: '<html></html>' }],
  ])('are kept when %s is answered in their place', async (_, answer) => {
    const { own, clock, statusOf, close } = await openWithClock();
    const token = own.token({ role: 'staff', exp: farAway });
    expect(await statusOf(token)).toBe(200);
    own.isReplacedBy(answer);
    clock.add(10 * minuteMs);
    expect(await statusOf(token)).toBe(200);
    expect(await statusOf(own.token({ role: 'admin', exp: farAway }))).toBe(200);
    await close();
  });

  test('may all be withdrawn', async () => {
    const { own, clock, statusOf, close } = await openWithClock();
    const token = own.token({ role: 'staff', exp: farAway });
    expect(await statusOf(token)).toBe(200);
    own.publish();
    clock.add(10 * minuteMs);
    expect(await statusOf(token)).toBe(401);
    await close();
  });

  test('must be named by the token when several could be meant', async () => {
    const own = await openTinyIssuer();
    own.publish(ed25519Key('first'), ed25519Key('second'));
    const identity = createIdentity({ issuerUrl: own.issuerUrl, audience: 'oms' });
    const unnamed = own.token({}, { header: { kid: undefined } });
    await expect((async () => identity.verify(unnamed))()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await own.close();
  });

  test('may be rotated: a new one is found when its first token comes', async () => {
    const { own, clock, statusOf, close } = await openWithClock();
    expect(await statusOf(own.token({ role: 'staff' }))).toBe(200);
    const second = rsaKey('second');
    own.publish(second);
    clock.add(5_000);
    expect(await statusOf(own.token({ role: 'staff' }, { key: second }))).toBe(200);
    await close();
  });

  test('are not asked for by every stranger who makes up a key id', async () => {
    const { own, clock, statusOf, close } = await openWithClock();
    expect(await statusOf(own.token({ role: 'staff' }))).toBe(200);
    for (const expectedRequests of [1, 2]) {
      for (let attempt = 0; attempt < 20; attempt += 1) {
        const made = own.token({ role: 'staff' }, { key: ed25519Key(`made-up-${attempt}`) });
        expect(await statusOf(made)).toBe(401);
      }
      expect(own.keyRequests()).toBe(expectedRequests);
      clock.add(5_000);
    }
    await close();
  });

  test('of another issuer, found in the place of ours, are not used', async () => {
    const own = await openTinyIssuer();
    const identity = createIdentity({ issuerUrl: own.issuerUrl.replace('127.0.0.1', 'localhost'), audience: 'oms' });
    expect(await identity.ready()).toBe(false);
    await own.close();
  });
});
