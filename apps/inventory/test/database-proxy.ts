/** A way to the database that can be cut: for good, or just after a COMMIT, so that its answer is lost. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type DatabaseProxy = {
  databaseUrl: string;
  /** Lets the next COMMIT through to PostgreSQL, and cuts the connection before its answer. */
  loseNextCommit(): void;
  /** Cuts every connection and takes no other. */
  cut(): void;
};

export async function openDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const real = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let losing = false;
  const server = createServer((client) => {
    const database = connect(Number(real.port), real.hostname);
    let lost = false;
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          database.destroy();
        });
    }
    client.on('data', (bytes) => {
      lost ||= losing && bytes.includes('COMMIT');
      if (lost) losing = false;
      database.write(bytes);
    });
    database.on('data', (bytes) => (lost ? client.destroy() : client.write(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    databaseUrl: url.href,
    loseNextCommit() {
      losing = true;
    },
    cut() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
