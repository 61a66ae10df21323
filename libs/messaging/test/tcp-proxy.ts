// A TCP proxy in front of a real server: it can refuse and cut connections, or keep them and pass no byte on.

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type TcpProxy = {
  port: number;
  /** Cuts every connection and refuses new ones. */
  close(): void;
  /** Keeps connections and passes no byte on in either direction. */
  hold(): void;
  open(): void;
  /** Called with what a client sends, before it is passed on; true cuts that connection after passing it on. */
  onRequest: (bytes: Buffer) => boolean;
  end(): Promise<void>;
};

export async function createTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let mode: 'open' | 'closed' | 'held' = 'open';
  const server = createServer((inner) => {
    if (mode === 'closed') return inner.destroy();
    const outer = connect({ ...target, noDelay: true });
    const pair: [Socket, Socket] = [inner, outer];
    pairs.add(pair);
    const cut = () => {
      pairs.delete(pair);
      inner.destroy();
      outer.destroy();
    };
    for (const socket of pair) socket.on('error', cut).on('close', cut);
    inner.on('data', (bytes) => {
      const last = proxy.onRequest(bytes);
      // The request is passed on, and its answer is lost.
      if (last) inner.destroy();
      outer.write(bytes, () => last && setTimeout(cut, 50));
    });
    outer.on('data', (bytes) => inner.writable && inner.write(bytes));
    if (mode === 'held') for (const socket of pair) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    close() {
      mode = 'closed';
      for (const [inner, outer] of pairs) {
        inner.destroy();
        outer.destroy();
      }
    },
    hold() {
      mode = 'held';
      for (const socket of [...pairs].flat()) socket.pause();
    },
    open() {
      mode = 'open';
      for (const socket of [...pairs].flat()) socket.resume();
    },
    onRequest: () => false,
    async end() {
      proxy.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
