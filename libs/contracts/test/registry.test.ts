// Answers of registries that all claim to speak Confluent's API.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createRegistry, RegistryUnavailableError } from '../src/index.ts';

let server: Server;

afterEach(() => server.close());

test.each([
  ['Confluent and Apicurio 3.3', { compatibility: 'FULL_TRANSITIVE' }],
  ['Apicurio 3.0', { compatibilityLevel: 'FULL_TRANSITIVE' }],
])('a compatibility level is set when the registry says so as %s do', async (_, body) => {
  await (await answering(200, body)).setCompatibility('a-b.C', 'FULL_TRANSITIVE');
});

test.each([
  ['another level', 200, { compatibilityLevel: 'NONE' }],
  ['no level', 200, {}],
  ['an error', 500, { message: 'out of order' }],
])('a registry that answers with %s has not set it', async (_, status, body) => {
  const registry = await answering(status, body);
  await expect(registry.setCompatibility('a-b.C', 'FULL_TRANSITIVE')).rejects.toThrow(RegistryUnavailableError);
});

test('a user and a password in the address go along by Basic authentication, and into no error', async () => {
  let received: string | undefined;
  server = createServer((request, reply) => {
    received = request.headers.authorization;
    reply.writeHead(received ? 500 : 401).end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const registry = createRegistry(`http://oms:p%40ss:word@127.0.0.1:${port}/apis/ccompat/v7/`);

  const error = await registry.schemaOf(1).catch((thrown: Error) => thrown);
  expect(received).toBe(`Basic ${Buffer.from('oms:p@ss:word').toString('base64')}`);
  expect(String(error)).toMatch(/^RegistryUnavailableError: The schema registry answered 500/);
  server.close();
  const absent = createRegistry(`http://oms:hunter2@127.0.0.1:1`);
  expect(String(await absent.schemaOf(1).catch((thrown: Error) => thrown))).not.toContain('hunter2');
});

async function answering(status: number, body: object) {
  server = createServer((_, reply) => reply.writeHead(status).end(JSON.stringify(body)));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return createRegistry(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
