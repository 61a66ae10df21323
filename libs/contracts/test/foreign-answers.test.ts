// An answer that is not the registry's own, such as a proxy's page, is an outage: a message waits for the registry, and is no dead letter.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createCodec, createRegistry, memorySchemaCache, RegistryUnavailableError, schemaFiles } from '../src/index.ts';
import { registerContracts } from '../src/register.ts';

const page = '<html><body><h1>404 Not Found</h1><hr>nginx/1.27.3</body></html>';
const json = { 'content-type': 'application/json' };
const schema = '{"type":"record","name":"A","fields":[]}';
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function answering(answer: (reply: ServerResponse) => void): Promise<string> {
  server = createServer((request, reply) => {
    request.resume();
    answer(reply);
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const foreign: [string, (reply: ServerResponse) => void][] = [
  ['404 with a page', (reply) => reply.writeHead(404, { 'content-type': 'text/html' }).end(page)],
  ['404 with nothing', (reply) => reply.writeHead(404).end()],
  ['404 of a path that the registry does not have', (reply) => reply.writeHead(404, json).end('{"error_code":404}')],
  ['404 in JSON of something else', (reply) => reply.writeHead(404, json).end('{"error":"no route"}')],
  ['404 whose JSON is cut', (reply) => reply.writeHead(404, json).end('{"error_code":40403')],
  ['404 whose code is a text', (reply) => reply.writeHead(404, json).end('{"error_code":"40403"}')],
  ['200 with a page', (reply) => reply.writeHead(200, { 'content-type': 'text/html' }).end(page)],
  ['200 with nothing', (reply) => reply.writeHead(200).end()],
  ['200 with null', (reply) => reply.writeHead(200, json).end('null')],
  ['200 with a list', (reply) => reply.writeHead(200, json).end('[]')],
  ['200 whose JSON is cut', (reply) => reply.writeHead(200, json).end('{"id":7,"schema":"{')],
  [
    '200 with fields of another type',
    (reply) => reply.writeHead(200, json).end('{"id":"7","schema":{},"is_compatible":1}'),
  ],
  ['200 with an id that no frame holds', (reply) => reply.writeHead(200, json).end('{"id":4294967296}')],
  ['200 with the code of an error', (reply) => reply.writeHead(200, json).end('{"error_code":40403}')],
  ['a redirect to a page', (reply) => reply.writeHead(302, { location: 'data:text/html,hello' }).end()],
  ['401', (reply) => reply.writeHead(401, json).end('{"error_code":40101,"message":"Unauthorized"}')],
  ['403 with a page', (reply) => reply.writeHead(403).end(page)],
  ['407 of a proxy', (reply) => reply.writeHead(407).end()],
  ['429', (reply) => reply.writeHead(429, json).end('{"error_code":42901}')],
  ['500 with the code of a missing schema', (reply) => reply.writeHead(500, json).end('{"error_code":40403}')],
  ['no HTTP at all', (reply) => reply.socket?.end('SSH-2.0-OpenSSH_9.2\r\n')],
];

describe.each(foreign)('%s', (_, answer) => {
  test('is an outage for every call', async () => {
    const registry = createRegistry(await answering(answer));
    await expect(registry.schemaOf(7)).rejects.toThrow(RegistryUnavailableError);
    await expect(registry.idOf('a-b.C', schema)).rejects.toThrow(RegistryUnavailableError);
    await expect(registry.isCompatible('a-b.C', schema)).rejects.toThrow(RegistryUnavailableError);
    await expect(registry.setCompatibility('a-b.C', 'FULL_TRANSITIVE')).rejects.toThrow(RegistryUnavailableError);
  });

  test('leaves a message undecided: it can be decoded once the registry answers', async () => {
    let isForeign = true;
    const registryUrl = await answering((reply) => {
      if (isForeign) return answer(reply);
      reply.writeHead(404, json).end('{"error_code":40403,"message":"Schema not found"}');
    });
    const codec = await createCodec({ registryUrl, cache: memorySchemaCache(), publishes: [] });
    const bytes = Buffer.from([0, 0, 0, 0, 7, 1]);
    await expect(codec.decode(bytes)).rejects.toMatchObject({ name: 'RegistryUnavailableError' });
    isForeign = false;
    await expect(codec.decode(bytes)).rejects.toMatchObject({ name: 'ContractError', code: 'UNKNOWN_SCHEMA' });
  });
});

test.each([
  ['a subject', 40_401],
  ['a schema', 40_403],
])("the registry's own word that it has no such %s is an answer", async (_, code) => {
  const registry = createRegistry(
    await answering((reply) => reply.writeHead(404, json).end(JSON.stringify({ error_code: code }))),
  );
  expect(await registry.idOf('a-b.C', schema)).toBeNull();
});

test('registration does not take a page for an id', async () => {
  const registryUrl = await answering((reply) => {
    const { method, url } = reply.req;
    if (method === 'POST') return reply.writeHead(200, { 'content-type': 'text/html' }).end(page);
    const level = { compatibility: 'FULL_TRANSITIVE', compatibilityLevel: 'FULL_TRANSITIVE' };
    return url?.startsWith('/config')
      ? reply.writeHead(200, json).end(JSON.stringify(level))
      : reply.writeHead(404).end();
  });
  const kafka = { ensureTopics: () => Promise.resolve([]) };
  await expect(registerContracts({ registryUrl, kafka, schemas: schemaFiles().slice(0, 1) })).rejects.toThrow(
    /Cannot register .*it is not the registry that answers/,
  );
});
