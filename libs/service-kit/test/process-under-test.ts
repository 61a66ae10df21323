// A process for run-process.test.ts: it logs to stdout what it does; its arguments choose what goes wrong.
import type { AddressInfo, Server } from 'node:net';
import { createLogger, listen, runProcess } from '../src/index.ts';
import { openSmallService } from './small-service.ts';

const [how] = process.argv.slice(2);
const logger = createLogger({ name: 'small', level: 'info' });

await runProcess({
  name: 'small',
  logger,
  async start() {
    if (how === 'fails-to-start') throw new Error('the database at postgres://small:hunter2@db/small says no');
    const http = await openSmallService();
    await listen(http, { HOST: '127.0.0.1', PORT: 0 });
    const portOf = (server: Server) => (server.address() as AddressInfo).port;
    logger.info({ port: portOf(http.server), managementPort: portOf(http.management.server) }, 'listening');
    if (how === 'throws-later') setTimeout(() => void Promise.reject(new Error('nobody catches me')), 10);
    return {
      async stop() {
        logger.info('stopping');
        if (how === 'never-stops') await new Promise(() => {});
        await http.close();
      },
    };
  },
  drainMs: how === 'drains' ? 60_000 : 0,
});
