// What is not JSON is an error that names the address, so that an operator sees what answers there.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { fetchJson } from '../src/identity/fetch-json.ts';
import { createServiceToken } from '../src/identity/service-token.ts';

async function answering(body: string) {
  const server = createServer((_, reply) => reply.writeHead(200).end(body));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test.each(['<html>', '', '{"keys":['])('the answer %j is refused with its address', async (body) => {
  const { server, url } = await answering(body);
  await expect(fetchJson(url)).rejects.toThrow(`${url} answered 200 without JSON`);
  server.close();
});

test.each(['null', '{}', '{"token_endpoint":7}'])('no token comes from a provider that answers %s', async (body) => {
  const { server, url } = await answering(body);
  const token = createServiceToken({ issuerUrl: url, clientId: 'a', clientSecret: 'b', audience: 'oms' });
  await expect(token()).rejects.toThrow(/answered no token_endpoint/);
  server.close();
});
