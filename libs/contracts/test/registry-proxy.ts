// A proxy in front of the real registry: counts who goes through, and can be stop.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RegistryProxy = { url: string; calls: string[]; stop(): Promise<void> };

export async function startRegistryProxy(registryUrl: string): Promise<RegistryProxy> {
  const { origin, pathname } = new URL(registryUrl);
  const calls: string[] = [];
  const server = createServer((incoming, reply) => {
    const path = incoming.url ?? '';
    calls.push(`${incoming.method ?? ''} ${path.replace(pathname, '')}`);
    const onward = request(
      new URL(path, origin),
      { method: incoming.method, headers: incoming.headers, agent: false },
      (answer) => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(reply);
      },
    );
    onward.on('error', (error) => reply.writeHead(502).end(error.message));
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    calls,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
