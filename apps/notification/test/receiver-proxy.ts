// A gate in front of a real server, to be shut or to lose answers: what networks do.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type Gate = {
  url: string;
  /** open: everything passes. shut: connections end at once. losing: requests pass, and their answers are lost. */
  mode: 'open' | 'shut' | 'losing';
  /** Starts to lose answers when the client has sent this. */
  loseAnswersAfter: string | undefined;
  /** Ends the connections that are open now. */
  cut(): void;
  close(): Promise<void>;
};

export async function createGate(targetUrl: string): Promise<Gate> {
  const { hostname, port } = new URL(targetUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => {}).on('close', () => sockets.delete(client));
    if (gate.mode === 'shut') return client.destroy();
    const behind = connect(Number(port), hostname);
    behind.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => behind.destroy());
    let losing = gate.mode === 'losing';
    client.on('data', (bytes) => {
      losing ||= gate.loseAnswersAfter !== undefined && bytes.includes(gate.loseAnswersAfter);
      behind.write(bytes);
    });
    behind.on('data', (bytes) => {
      if (losing) client.destroy();
      else client.write(bytes);
    });
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(targetUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gate: Gate = {
    url: url.href,
    mode: 'open',
    loseAnswersAfter: undefined,
    cut,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
  return gate;

  function cut(): void {
    sockets.forEach((socket) => socket.destroy());
  }
}
