// A door in front of the real registry: counts who goes through, and can be shut.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RegistryDoor = { url: string; asked: string[]; shut(): Promise<void> };

export async function registryDoor(registryUrl: string): Promise<RegistryDoor> {
  const { origin, pathname } = new URL(registryUrl);
  const asked: string[] = [];
  const server = createServer((incoming, reply) => {
    const path = incoming.url ?? '';
    asked.push(`${incoming.method ?? ''} ${path.replace(pathname, '')}`);
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
    asked,
    shut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
