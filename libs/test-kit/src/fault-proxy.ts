// A TCP proxy that fails as networks do: it swallows packets in one direction or both without closing a connection, drips, or refuses.

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * `black hole`: nothing passes in either direction, no connection is closed, and what was closed is not passed on either. `requests lost`
 * and `answers lost`: the same in one direction. `drip`: answers pass at one byte a second. `refusing`: connections are cut, new ones too.
 * Like TCP, it delivers what was held back when it is `open` again.
 */
export type NetworkFault = 'black hole' | 'requests lost' | 'answers lost' | 'drip' | 'refusing';

export type FaultProxy = {
  host: string;
  port: number;
  /** The same address through this proxy. */
  through(url: string): string;
  set(mode: NetworkFault | 'open'): void;
  /** Open at the moment. */
  connections(): number;
  close(): Promise<void>;
};

type Pair = { client: Socket; server: Socket; ended: boolean };

const dripEveryMs = 1_000;
const host = '127.0.0.1';

/** @param port of the proxy; a free one unless given */
export async function createFaultProxy(target: { host: string; port: number }, port = 0): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  const waiting = new Set<() => void>();
  let mode: NetworkFault | 'open' = 'open';
  const losesRequests = () => mode === 'black hole' || mode === 'requests lost';
  const losesAnswers = () => mode === 'black hole' || mode === 'answers lost';

  const listener = createServer((client) => {
    client.setNoDelay(true);
    client.on('error', () => {});
    if (mode === 'refusing') client.resetAndDestroy();
    else if (losesRequests() || losesAnswers()) keepWaiting(client);
    else join(client, []);
  });
  await new Promise<void>((resolve) => listener.listen(port, host, resolve));

  return {
    host,
    port: (listener.address() as AddressInfo).port,
    through(url) {
      const through = new URL(url);
      through.host = `${host}:${(listener.address() as AddressInfo).port}`;
      return through.href;
    },
    set(next) {
      mode = next;
      for (const pair of pairs) {
        if (mode === 'refusing' || pair.ended) end(pair);
        else hold(pair);
      }
      if (!losesRequests() && !losesAnswers()) for (const connectNow of waiting) connectNow();
    },
    connections: () => pairs.size,
    async close() {
      mode = 'refusing';
      for (const pair of pairs) end(pair);
      for (const connectNow of waiting) connectNow();
      await new Promise((resolve) => listener.close(resolve));
    },
  };

  /** A handshake whose packets are lost: a client that gives up meanwhile leaves no connection at the server. */
  function keepWaiting(client: Socket): void {
    const sent: Buffer[] = [];
    const keep = (bytes: Buffer) => void sent.push(bytes);
    const giveUp = () => {
      waiting.delete(connectNow);
      client.destroy();
    };
    const connectNow = () => {
      waiting.delete(connectNow);
      client.off('data', keep).off('end', giveUp).off('close', giveUp);
      if (mode === 'refusing') client.resetAndDestroy();
      else join(client, sent);
    };
    client.on('data', keep).on('end', giveUp).on('close', giveUp);
    waiting.add(connectNow);
  }

  function join(client: Socket, sent: readonly Buffer[]): void {
    const server = connect({ ...target, noDelay: true });
    const pair: Pair = { client, server, ended: false };
    pairs.add(pair);
    for (const socket of [client, server]) {
      socket.on('error', () => end(pair));
      socket.on('close', () => end(pair));
    }
    for (const bytes of sent) server.write(bytes);
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => void deliver(pair, bytes));
    hold(pair);
  }

  function hold({ client, server }: Pair): void {
    if (losesRequests()) client.pause();
    else client.resume();
    if (losesAnswers()) server.pause();
    else server.resume();
  }

  /** The end of a connection is a packet too, and is lost with the others. */
  function end(pair: Pair): void {
    pair.ended = true;
    if (losesRequests() || losesAnswers()) return;
    pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }

  async function deliver({ client, server }: Pair, bytes: Buffer): Promise<void> {
    server.pause();
    let at = 0;
    for (; mode === 'drip' && at < bytes.length && client.writable; at += 1) {
      client.write(bytes.subarray(at, at + 1));
      await new Promise((resolve) => setTimeout(resolve, dripEveryMs));
    }
    if (client.writable) client.write(bytes.subarray(at));
    if (!losesAnswers()) server.resume();
  }
}
