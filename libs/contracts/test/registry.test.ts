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

async function answering(status: number, body: object) {
  server = createServer((_, reply) => reply.writeHead(status).end(JSON.stringify(body)));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return createRegistry(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
