/** Stands between a service and PostgreSQL, and cuts the connection around the next COMMIT: before it arrives, or after. */

import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export type Cut = 'before the commit' | 'after the commit';

const commit = Buffer.from('COMMIT\0');

export async function createCuttingProxy() {
  let target = { host: '', port: 0 };
  let armed: Cut | undefined;
  let cuts = 0;
  let away = false;
  const open = new Set<Socket>();

  const server = createServer((client) => {
    if (away) return void client.resetAndDestroy();
    const database = connect(target);
    for (const socket of [client, database]) {
      open.add(socket.on('error', () => {}).on('close', () => open.delete(socket)));
    }
    let cutting: Cut | undefined;
    const cut = () => {
      cuts += 1;
      client.resetAndDestroy();
      database.destroy();
    };
    client.on('data', (bytes) => {
      if (armed && bytes.includes(commit)) [cutting, armed] = [armed, undefined];
      if (cutting === 'before the commit') cut();
      else database.write(bytes);
    });
    database.on('data', (bytes) => {
      if (cutting === 'after the commit') cut();
      else client.write(bytes);
    });
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    /** The address of the same database through this proxy. */
    through(databaseUrl: string): string {
      const url = new URL(databaseUrl);
      target = { host: url.hostname, port: Number(url.port) };
      url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      return url.href;
    },
    cutNext(cut: Cut) {
      armed = cut;
    },
    cuts: () => cuts,
    /** Ends every connection and takes no new one, until it is undone. */
    goAway(gone: boolean) {
      away = gone;
      if (gone) for (const socket of open) socket.destroy();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
