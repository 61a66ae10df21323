// An issuer that signs tokens, and services that record the requests they receive.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Server = { url: string; close(): Promise<void> };
export type ReceivedRequest = { method: string; url: string; headers: IncomingMessage['headers']; body: string };
export type Answer = (request: IncomingMessage, response: ServerResponse, seen: ReceivedRequest) => void;

export async function listen(onRequest: RequestListener): Promise<Server> {
  const server = createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Records every forwarded request with its body, and answers with `answer`, which tests replace. */
export async function startService(name: string) {
  const seen: ReceivedRequest[] = [];
  const service = { seen, answer: answerName as Answer };
  function answerName(_request: IncomingMessage, response: ServerResponse) {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ service: name }));
  }
  const server = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      if (one.url !== '/openapi.json') seen.push(one); // what the gateway asks for itself
      service.answer(request, response, one);
    });
  });
  const reset = () => {
    seen.length = 0;
    service.answer = answerName;
  };
  return Object.assign(service, server, { reset });
}

export async function startIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  let url = '';
  const server = await listen((request, response) => {
    const discovery = { issuer: url, jwks_uri: `${url}/jwks` };
    const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'EdDSA' }] };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url === '/jwks' ? keys : discovery));
  });
  url = server.url;
  return {
    ...server,
    token(role: string, sub: string = randomUUID()): string {
      const exp = Math.floor(Date.now() / 1000) + 60;
      const claims = { iss: url, aud: 'oms', sub, role, exp };
      const signed = [{ alg: 'EdDSA', kid: 'one' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  };
}
