// Places orders as fast as they are answered: on each connection the next order follows the last answer.
// Written on plain sockets: every order has its own key and item, and a general client took three times the CPU time,
// which on two cores is missing for what is measured.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export type LoadOptions = {
  /** http://host:port of the entry point. */
  url: string;
  /** One connection for each caller's token. */
  tokens: readonly string[];
  /** Orders name one of these, each as often as another. */
  itemIds: readonly string[];
  /** Not counted. */
  warmUpMs: number;
  countedMs: number;
};

export type Load = {
  /** Answers by status in the counted time. */
  statuses: Record<number, number>;
  /** All 201, also those before and after the counted time: what the invariants must show. */
  placed: number;
  /** Units taken per item, of all 201. */
  units: Record<string, number>;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Share of one core that this process took. */
  cpuShare: number;
  /** One answer that was not 201, whole, if there was any. */
  oddAnswer?: string;
};

type Counting = { from: number; to: number };

/** Resolves when the time is over and every order that was sent is answered. @throws Error when a connection breaks */
export async function loadOrders({ url, tokens, itemIds, warmUpMs, countedMs }: LoadOptions): Promise<Load> {
  const load: Load = { statuses: {}, placed: 0, units: {}, perSecond: 0, p50Ms: 0, p99Ms: 0, cpuShare: 0 };
  const latenciesMs: number[] = [];
  const from = performance.now() + warmUpMs;
  const counting = { from, to: from + countedMs };
  const cpu = { before: process.cpuUsage(), after: process.cpuUsage() };
  setTimeout(() => (cpu.before = process.cpuUsage()), warmUpMs);
  setTimeout(() => (cpu.after = process.cpuUsage(cpu.before)), warmUpMs + countedMs);
  await Promise.all(tokens.map((token) => callOn({ url, itemIds }, token, counting, load, latenciesMs)));
  latenciesMs.sort((a, b) => a - b);
  load.perSecond = (load.statuses[201] ?? 0) / (countedMs / 1_000);
  load.p50Ms = latenciesMs[Math.floor(latenciesMs.length * 0.5)] ?? 0;
  load.p99Ms = latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0;
  load.cpuShare = (cpu.after.user + cpu.after.system) / 1_000 / countedMs;
  return load;
}

function callOn(
  { url, itemIds }: Pick<LoadOptions, 'url' | 'itemIds'>,
  token: string,
  counting: Counting,
  load: Load,
  latenciesMs: number[],
): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const request = requestOf(host, token);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let itemId = '';
  let sentAt = 0;
  const send = () => {
    itemId = itemIds[Math.floor(Math.random() * itemIds.length)] ?? '';
    sentAt = performance.now();
    socket.write(request(itemId), 'latin1');
  };
  return new Promise((resolve, reject) => {
    socket.once('connect', send).once('error', reject);
    onAnswers(socket, (status, answer) => {
      const now = performance.now();
      if (status === 201) {
        load.placed += 1;
        load.units[itemId] = (load.units[itemId] ?? 0) + 1;
      } else load.oddAnswer ??= answer();
      if (now >= counting.from && now < counting.to) {
        load.statuses[status] = (load.statuses[status] ?? 0) + 1;
        latenciesMs.push(now - sentAt);
      }
      if (now < counting.to) return send();
      socket.end();
      resolve();
    });
  });
}

function requestOf(host: string, token: string): (itemId: string) => string {
  const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
  const tail = `","quantity":1}],"deliveryAddress":${JSON.stringify(deliveryAddress)}}`;
  const head = '{"items":[{"itemId":"';
  const lengthBytes = head.length + 36 + tail.length;
  const start =
    `POST /v1/orders HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\n` +
    `content-type: application/json\r\ncontent-length: ${lengthBytes}\r\nidempotency-key: ${randomBytes(12).toString('hex')}`;
  let sent = 0;
  return (itemId) => `${start}-${(sent += 1)}\r\n\r\n${head}${itemId}${tail}`;
}

/** Calls back once for each answer; all of ours have a content-length, and come one at a time. */
function onAnswers(socket: Socket, answered: (status: number, whole: () => string) => void): void {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text = text === '' ? chunk : text + chunk;
    const bodyAt = text.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4) return;
    const lengthAt = text.toLowerCase().indexOf('content-length: ') + 16;
    if (lengthAt < 16) return void socket.destroy(new Error(`An answer has no content-length: ${text.slice(0, 200)}`));
    if (text.length < bodyAt + Number.parseInt(text.slice(lengthAt, lengthAt + 12), 10)) return;
    const whole = text;
    text = '';
    answered(Number(whole.slice(9, 12)), () => whole);
  });
  socket.on('end', () => socket.destroy(new Error('The server closed a connection in the middle of the load.')));
}
