// What verifying a token costs: `node_modules/.bin/node libs/service-kit/test/token-cost.ts`. The gateway pays it for each request.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIdentity } from '../src/identity/identity.ts';

const tokenCount = 5_000;
const repeats = 200_000;
const inFlight = 32;

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const server = createServer((request, response) => {
  const isDiscovery = request.url !== '/jwks';
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'only', alg: 'ES256' };
  response.end(JSON.stringify(isDiscovery ? { issuer: issuerUrl, jwks_uri: `${issuerUrl}/jwks` } : { keys: [key] }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const identity = createIdentity({ issuerUrl, audience: 'oms' });
const tokens = Array.from({ length: tokenCount }, newToken);
await identity.verify(newToken());

const startedFirst = performance.now();
const cpuBefore = process.cpuUsage();
const left = [...tokens];
await Promise.all(
  Array.from({ length: inFlight }, async () => {
    for (let token = left.pop(); token !== undefined; token = left.pop()) await identity.verify(token);
  }),
);
const { user, system } = process.cpuUsage(cpuBefore);
print('first time', tokenCount, performance.now() - startedFirst, (user + system) / 1000);

const startedAgain = performance.now();
for (let index = 0; index < repeats; index += 1) await identity.verify(tokens[index % tokenCount] ?? '');
print('again', repeats, performance.now() - startedAgain);
process.stdout.write(`${Math.round(process.memoryUsage().rss / 1e6)} MB of memory\n`);
server.close();

function newToken(): string {
  const exp = Math.floor(Date.now() / 1000) + 3_600;
  const claims = { iss: issuerUrl, aud: 'oms', sub: randomUUID(), role: 'customer', exp };
  const parts = [{ alg: 'ES256', kid: 'only' }, claims];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function print(what: string, count: number, ms: number, cpuMs = ms): void {
  const perToken = (total: number) => `${((total * 1000) / count).toFixed(2)} µs`;
  process.stdout.write(`${what}: ${perToken(ms)} a token, ${perToken(cpuMs)} of processor time\n`);
}
