// `health`: exits with 0 when this container's server is ready; for the programs around the services another path is given. Docker asks so.
// By node:http: fetch takes three times as long to load, and this is asked all the time.

import { get } from 'node:http';

const timeoutMs = 2_500;
const host = process.env['HOST'] ?? '';
const isEveryAddress = host === '' || host === '0.0.0.0' || host === '::';
const [path = '/health/ready'] = process.argv.slice(3);
const mainPort = process.env['PORT'];
const managementPort = process.env['MANAGEMENT_PORT'] || String(Number(mainPort) + 100);

const asked = get({
  host: isEveryAddress ? '127.0.0.1' : host,
  port: path.startsWith('/health/') ? managementPort : mainPort,
  path,
  timeout: timeoutMs,
});
asked.on('timeout', () => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)));
asked.on('error', ({ message }) => unwell(message));
asked.on('response', (reply) => {
  if (reply.statusCode === 200) process.exit(0);
  // What it says of its checks is kept with the state of the container.
  reply.setEncoding('utf8').once('data', unwell);
});

function unwell(why: string): never {
  console.log(why);
  process.exit(1);
}
