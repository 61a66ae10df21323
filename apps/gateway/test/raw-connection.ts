// A connection on which a test writes what it likes, as slowly as it likes, and reads replies, or not.
import { connect, type Socket } from 'node:net';

export type RawConnection = {
  socket: Socket;
  write(text: string): void;
  /** The status of each complete head that has arrived. */
  statuses(): number[];
  text(): string;
  isClosed(): boolean;
  close(): void;
};

export function openConnection(url: string, { reads = true }: { reads?: boolean } = {}): RawConnection {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let received = '';
  let closed = false;
  if (reads) socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  else socket.pause();
  socket.on('error', () => {}).on('close', () => (closed = true));
  return {
    socket,
    write: (text) => void socket.write(text, 'latin1'),
    statuses: () => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)),
    text: () => received,
    isClosed: () => closed,
    close: () => socket.destroy(),
  };
}

export function head(method: string, path: string, headers: Record<string, string | number>): string {
  const lines = Object.entries({ host: 'gateway', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
